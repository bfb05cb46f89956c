"""Addresses of tasks, success plans and goals."""

from django.urls import path

from scorecards.api import success_plans as success_plans_api
from scorecards.api import tasks as tasks_api
from scorecards.views.partner import goals as partner_goals
from scorecards.views.partner import success_plans as partner_plans
from scorecards.views.partner import tasks as partner_tasks
from scorecards.views.vendor import goals, plan_drafts, plan_templates, success_plans, tasks

PLAN = "success-plans/<uuid:success_plan_id>"
TEMPLATE = "success-plans/templates/<uuid:plan_template_id>"

# /vendor/
vendor = [
    path("tasks/", tasks.task_list, name="task-list"),
    path("tasks/<uuid:task_id>/", tasks.task_edit, name="task-edit"),
    path("tasks/<uuid:task_id>/finish/", tasks.task_finish, name="task-finish"),
    path("tasks/<uuid:task_id>/reopen/", tasks.task_reopen, name="task-reopen"),
    path("tasks/<uuid:task_id>/remove/", tasks.task_remove, name="task-remove"),
    path("partners/<uuid:partner_id>/tasks/new/", tasks.task_create, name="task-create"),
    path("partners/<uuid:partner_id>/tasks-panel/", tasks.partner_tasks_panel, name="partner-tasks-panel"),
    path("success-plans/", success_plans.success_plan_list, name="success-plan-list"),
    path("success-plans/templates/", plan_templates.plan_template_list, name="plan-template-list"),
    path("success-plans/templates/new/", plan_templates.plan_template_create, name="plan-template-create"),
    path("success-plans/templates/starters/", plan_templates.plan_template_starters, name="plan-template-starters"),
    path(f"{TEMPLATE}/", plan_templates.plan_template_detail, name="plan-template-detail"),
    path(f"{TEMPLATE}/edit/", plan_templates.plan_template_edit, name="plan-template-edit"),
    path(f"{TEMPLATE}/retire/", plan_templates.plan_template_retire, name="plan-template-retire"),
    path(f"{TEMPLATE}/restore/", plan_templates.plan_template_restore, name="plan-template-restore"),
    path(f"{TEMPLATE}/objectives/new/", plan_templates.template_objective_create, name="template-objective-create"),
    path(f"{TEMPLATE}/milestones/new/", plan_templates.template_milestone_create, name="template-milestone-create"),
    path(f"{TEMPLATE}/tasks/new/", plan_templates.template_task_create, name="template-task-create"),
    *(
        address
        for part, edit, remove in (
            ("objective", plan_templates.template_objective_edit, plan_templates.template_objective_remove),
            ("milestone", plan_templates.template_milestone_edit, plan_templates.template_milestone_remove),
            ("task", plan_templates.template_task_edit, plan_templates.template_task_remove),
        )
        for address in (
            path(f"success-plans/templates/{part}s/<uuid:template_{part}_id>/", edit, name=f"template-{part}-edit"),
            path(
                f"success-plans/templates/{part}s/<uuid:template_{part}_id>/remove/",
                remove,
                name=f"template-{part}-remove",
            ),
        )
    ),
    path(f"{PLAN}/", success_plans.success_plan_detail, name="success-plan-detail"),
    path(f"{PLAN}/draft/", plan_drafts.success_plan_draft, name="success-plan-draft"),
    path(f"{PLAN}/propose/", plan_drafts.success_plan_propose, name="success-plan-propose"),
    path(f"{PLAN}/discard/", plan_drafts.success_plan_discard, name="success-plan-discard"),
    path(f"{PLAN}/agree/", success_plans.success_plan_agree, name="success-plan-agree"),
    path(f"{PLAN}/take-back/", success_plans.success_plan_take_back, name="success-plan-take-back"),
    path(f"{PLAN}/change/", success_plans.success_plan_change, name="success-plan-change"),
    path(f"{PLAN}/close/", success_plans.success_plan_close, name="success-plan-close"),
    path(f"{PLAN}/end/", success_plans.success_plan_end, name="success-plan-end"),
    path(f"{PLAN}/milestones/", success_plans.success_plan_milestone, name="success-plan-milestone"),
    path(f"{PLAN}/tasks/new/", success_plans.success_plan_task, name="success-plan-task"),
    path(f"{PLAN}/versions/", success_plans.success_plan_versions, name="success-plan-versions"),
    path(f"{PLAN}/versions/<int:number>/", success_plans.success_plan_version, name="success-plan-version"),
    path(f"{PLAN}/reviews/<str:quarter>/", success_plans.success_plan_review, name="success-plan-review"),
    path(
        f"{PLAN}/reviews/<str:quarter>/finish/",
        success_plans.success_plan_review_finish,
        name="success-plan-review-finish",
    ),
    path(
        f"{PLAN}/reviews/<str:quarter>/reopen/",
        success_plans.success_plan_review_reopen,
        name="success-plan-review-reopen",
    ),
    path(f"{PLAN}/objectives/new/", plan_drafts.plan_objective_create, name="plan-objective-create"),
    path(f"{PLAN}/milestones/new/", plan_drafts.plan_milestone_create, name="plan-milestone-create"),
    path(f"{PLAN}/planned-tasks/new/", plan_drafts.planned_task_create, name="planned-task-create"),
    *(
        address
        for word, edit, remove in (
            ("plan-objective", plan_drafts.plan_objective_edit, plan_drafts.plan_objective_remove),
            ("plan-milestone", plan_drafts.plan_milestone_edit, plan_drafts.plan_milestone_remove),
            ("planned-task", plan_drafts.planned_task_edit, plan_drafts.planned_task_remove),
        )
        for start in [f"success-plans/{word}s/<uuid:{word.replace('-', '_')}_id>"]
        for address in (
            path(f"{start}/", edit, name=f"{word}-edit"),
            path(f"{start}/remove/", remove, name=f"{word}-remove"),
        )
    ),
    path(
        "partners/<uuid:partner_id>/success-plans/new/",
        success_plans.success_plan_create,
        name="success-plan-create",
    ),
    path(
        "partners/<uuid:partner_id>/success-plans-panel/",
        success_plans.partner_success_plans_panel,
        name="partner-success-plans-panel",
    ),
    path("goals/", goals.goal_list, name="goal-list"),
    path("goals/new/", goals.goal_create, name="goal-create"),
    path("goals/<uuid:goal_id>/", goals.goal_detail, name="goal-detail"),
    path("goals/<uuid:goal_id>/edit/", goals.goal_edit, name="goal-edit"),
    path("goals/<uuid:goal_id>/tell/", goals.goal_tell, name="goal-tell"),
    path("goals/<uuid:goal_id>/renew/", goals.goal_renew, name="goal-renew"),
    path("goals/<uuid:goal_id>/retire/", goals.goal_retire, name="goal-retire"),
    path("goals/parts/<uuid:goal_target_id>/", goals.goal_divide, name="goal-divide"),
]

# /partner/
partner = [
    path("tasks/", partner_tasks.task_list, name="task-list"),
    path("tasks/new/", partner_tasks.task_create, name="task-create"),
    path("tasks/<uuid:task_id>/", partner_tasks.task_edit, name="task-edit"),
    path("tasks/<uuid:task_id>/finish/", partner_tasks.task_finish, name="task-finish"),
    path("tasks/<uuid:task_id>/reopen/", partner_tasks.task_reopen, name="task-reopen"),
    path("success-plans/", partner_plans.success_plan_list, name="success-plan-list"),
    path(f"{PLAN}/", partner_plans.success_plan_detail, name="success-plan-detail"),
    path(f"{PLAN}/agree/", partner_plans.success_plan_agree, name="success-plan-agree"),
    path(f"{PLAN}/changes/", partner_plans.success_plan_changes, name="success-plan-changes"),
    path(f"{PLAN}/milestones/", partner_plans.success_plan_milestone, name="success-plan-milestone"),
    path(f"{PLAN}/versions/", partner_plans.success_plan_versions, name="success-plan-versions"),
    path(f"{PLAN}/versions/<int:number>/", partner_plans.success_plan_version, name="success-plan-version"),
    path(f"{PLAN}/reviews/<str:quarter>/", partner_plans.success_plan_review, name="success-plan-review"),
    path("goals/", partner_goals.goal_list, name="goal-list"),
    path("goals/panel/", partner_goals.goals_panel, name="goals-panel"),
]

# /api/v1/
api = [*success_plans_api.router.urls, *tasks_api.router.urls]
