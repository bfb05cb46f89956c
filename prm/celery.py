"""The Celery app: queues and what runs when."""

import os

from celery import Celery
from celery.schedules import crontab

from core.queues import Queue
from prm.heart import beat_while_working
from prm.sweeper import sweep_while_the_broker_is_away

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prm.settings")

app = Celery("prm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# the beat takes these from here only: without them it would wait for a stalled broker for ever
app.conf.redbeat_redis_options = {"socket_timeout": 5, "socket_connect_timeout": 2}


SWEEP_SECONDS = 2
BEAT_SECONDS = 15
app.conf.beat_schedule = {
    "sweep-stale-partners": {
        "task": "segmentation.tasks.recompute_stale",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS * 5, "queue": Queue.FRESH},
    },
    "sweep-full-runs": {
        "task": "segmentation.tasks.continue_full_runs",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS * 5, "queue": Queue.FULL},
    },
    "sweep-outbox": {
        "task": "core.tasks.deliver_outbox",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS * 5, "queue": Queue.OUTBOX},
    },
    "start-daily-run": {
        "task": "segmentation.tasks.start_daily_run",
        "schedule": crontab(minute="5"),
        "options": {"expires": 1800, "queue": Queue.FULL},
    },
    "refresh-peers": {
        "task": "segmentation.tasks.refresh_peers",
        "schedule": 180,
        "options": {"expires": 170, "queue": Queue.FULL},
    },
    "review-agreements": {
        "task": "partners.tasks.review_agreements",
        "schedule": crontab(minute="10"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "review-specializations": {
        "task": "enablement.tasks.review_specializations",
        "schedule": crontab(minute="15"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "watch-certifications": {
        "task": "enablement.tasks.watch_certifications",
        "schedule": crontab(minute="17"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "remind-of-steps": {
        "task": "enablement.tasks.remind_of_steps",
        "schedule": crontab(minute="18"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "close-overdue-attempts": {
        "task": "enablement.tasks.close_overdue_attempts",
        "schedule": 60,
        "options": {"expires": 55, "queue": Queue.REPORTS},
    },
    "read-files": {
        "task": "enablement.tasks.read_files",
        "schedule": 5,
        "options": {"expires": 25, "queue": Queue.REPORTS},
    },
    "unpack-packages": {
        "task": "enablement.tasks.unpack_packages",
        "schedule": 5,
        "options": {"expires": 25, "queue": Queue.REPORTS},
    },
    "remind-of-events": {
        "task": "enablement.tasks.remind_of_events",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 800, "queue": Queue.REPORTS},
    },
    "tell-asset-owners": {
        "task": "enablement.tasks.tell_asset_owners",
        "schedule": crontab(minute="18"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "keep-survey-rounds": {
        "task": "enablement.tasks.keep_survey_rounds",
        "schedule": crontab(minute="4"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "forget-statements": {
        "task": "enablement.tasks.forget_statements",
        "schedule": crontab(minute="50"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "forget-vain-searches": {
        "task": "enablement.tasks.forget_vain_searches",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "sweep-imports": {
        "task": "integrations.tasks.continue_imports",
        "schedule": 5,
        "options": {"expires": 25, "queue": Queue.REPORTS},
    },
    "forget-idempotency-keys": {
        "task": "integrations.tasks.forget_idempotency_keys",
        "schedule": crontab(minute="40"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "sweep-score-runs": {
        "task": "scorecards.tasks.continue_runs",
        "schedule": 10,
        "options": {"expires": 30, "queue": Queue.REPORTS},
    },
    "start-daily-scores": {
        "task": "scorecards.tasks.start_daily_run",
        "schedule": crontab(minute="25"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "refresh-benchmarks": {
        "task": "scorecards.tasks.refresh_benchmarks",
        "schedule": 300,
        "options": {"expires": 250, "queue": Queue.REPORTS},
    },
    "remind-of-assessments": {
        "task": "scorecards.tasks.remind_of_assessments",
        "schedule": crontab(minute="18"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "keep-tiers": {
        "task": "partners.tasks.keep_tiers",
        "schedule": 60,
        "options": {"expires": 55, "queue": Queue.REPORTS},
    },
    "sweep-tier-reviews": {
        "task": "partners.tasks.continue_tier_reviews",
        "schedule": 15,
        "options": {"expires": 60, "queue": Queue.REPORTS},
    },
    "keep-prescriptions": {
        "task": "scorecards.tasks.keep_prescriptions",
        "schedule": 60,
        "options": {"expires": 55, "queue": Queue.REPORTS},
    },
    "keep-segment-plays": {
        "task": "scorecards.tasks.keep_segment_plays",
        "schedule": crontab(minute="45"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "refresh-insight": {
        "task": "insight.tasks.refresh",
        "schedule": crontab(hour="3", minute="15"),
        "options": {"expires": 3600 * 6, "queue": Queue.REPORTS},
    },
    "find-duplicates": {
        "task": "partners.tasks.find_duplicates",
        "schedule": 30,
        "options": {"expires": 25, "queue": Queue.REPORTS},
    },
    "collect-digests": {
        "task": "accounts.tasks.collect_digests",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 290, "queue": Queue.REPORTS},
    },
    "clear-leftovers": {
        "task": "accounts.tasks.clear_leftovers",
        "schedule": crontab(minute="20"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "publish-what-is-due": {
        "task": "partners.tasks.publish_due",
        "schedule": crontab(),
        "options": {"expires": 55, "queue": Queue.FRESH},
    },
    "keep-memberships-in-time": {
        "task": "partners.tasks.keep_memberships_in_time",
        "schedule": crontab(minute="12"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "keep-reviews-in-time": {
        "task": "partners.tasks.keep_reviews_in_time",
        "schedule": crontab(minute="14"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "escalate-flags": {
        "task": "partners.tasks.escalate_flags",
        "schedule": crontab(minute="16"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "escalate-late-applications": {
        "task": "partners.tasks.escalate_late_applications",
        "schedule": 60,
        "options": {"expires": 55, "queue": Queue.REPORTS},
    },
    "tend-applications": {
        "task": "partners.tasks.tend_applications",
        "schedule": crontab(minute="35"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "note-late-tasks": {
        "task": "scorecards.tasks.note_late_tasks",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600, "queue": Queue.REPORTS},
    },
    "measure-plans": {
        "task": "scorecards.tasks.measure_plans",
        "schedule": 60,
        "options": {"expires": 55, "queue": Queue.REPORTS},
    },
    "measure-goals": {
        "task": "scorecards.tasks.measure_goals",
        "schedule": 30,
        "options": {"expires": 25, "queue": Queue.REPORTS},
    },
    "sweep-goals": {
        "task": "scorecards.tasks.add_up_goals",
        "schedule": 10,
        "options": {"expires": 9, "queue": Queue.REPORTS},
    },
    "remind-of-goals": {
        "task": "scorecards.tasks.remind_of_goals",
        "schedule": crontab(minute="45"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "start-daily-alerts": {
        "task": "scorecards.tasks.start_daily_alerts",
        "schedule": crontab(minute="22"),
        "options": {"expires": 1800, "queue": Queue.REPORTS},
    },
    "sweep-alert-runs": {
        "task": "scorecards.tasks.continue_alert_runs",
        "schedule": 10,
        "options": {"expires": 30, "queue": Queue.REPORTS},
    },
    "tell-of-alerts": {
        "task": "scorecards.tasks.tell_of_alerts",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600, "queue": Queue.REPORTS},
    },
    "sweep-heart": {
        "task": "core.tasks.beat_heart",
        "schedule": BEAT_SECONDS,
        "options": {"expires": BEAT_SECONDS * 2, "queue": Queue.FRESH},
    },
}
sweep_while_the_broker_is_away(app, every_seconds=SWEEP_SECONDS)
beat_while_working(app, every_seconds=BEAT_SECONDS)
