"""Addresses of the portal's own pages."""

from django.urls import path

from portal.views import front, styleguide
from portal.views.partner import home as partner_home
from portal.views.vendor import actions, alerts, bulk, coverage, program, saved_views
from portal.views.vendor import home as vendor_home

site = [
    path("", front.front, name="front"),
    path("search/", front.search, name="search"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]

# under /vendor/
vendor = [
    path("", vendor_home.home, name="home"),
    path("partners/<uuid:public_id>/focus/", vendor_home.focus_panel, name="focus-panel"),
    path("export/", bulk.dashboard_export, name="dashboard-export"),
    path("views/", saved_views.saved_view_list, name="saved-view-list"),
    path("views/save/", saved_views.saved_view_save, name="saved-view-save"),
    path("views/<uuid:saved_view>/change/", saved_views.saved_view_change, name="saved-view-change"),
    path("do-next/", actions.action_list, name="action-list"),
    path("do-next/tasks/<uuid:task_id>/", actions.task_act, name="action-task"),
    path("do-next/touches/<uuid:touch_id>/", actions.step_act, name="action-step"),
    path("do-next/alerts/<uuid:alert>/", actions.alert_act, name="action-alert"),
    path("do-next/partners/<uuid:public_id>/set-aside/", actions.action_set_aside, name="action-set-aside"),
    path("do-next/partners/<uuid:public_id>/place/", actions.action_place, name="action-place"),
    path("do-next/choices/<uuid:action_choice>/back/", actions.action_bring_back, name="action-bring-back"),
    path("partners/<uuid:public_id>/touches/quick/", actions.touch_quick, name="touch-quick"),
    path("partners/tasks/add/", bulk.bulk_task, name="bulk-task"),
    path("partners/messages/write/", bulk.bulk_message, name="bulk-message"),
    path("alerts/", alerts.alert_list, name="alert-list"),
    path("alerts/thresholds/", alerts.alert_policy, name="alert-policy"),
    path("partners/<uuid:public_id>/alerts/panel/", alerts.partner_alerts_panel, name="partner-alerts-panel"),
    path("time/", coverage.time_spent_page, name="time-spent"),
    path("managers/", coverage.manager_list, name="manager-list"),
    path("managers/<uuid:public_id>/", vendor_home.manager_detail, name="manager-detail"),
    path("program/", program.program_edit, name="program-edit"),
    path("program/rates/", program.program_rate, name="program-rate"),
]

# under /partner/
partner = [
    path("", partner_home.home, name="home"),
]
