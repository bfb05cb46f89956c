"""The addresses of agreements and touches, collected by `urls.py`."""

from django.urls import path

from partners.views.partner import agreements as own
from partners.views.partner import touches as own_touches
from partners.views.vendor import agreements, touches

# under /vendor/
vendor = [
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/new/", agreements.agreement_create, name="agreement-create"),
    path("agreements/<uuid:public_id>/", agreements.agreement_detail, name="agreement-detail"),
    path("agreements/<uuid:public_id>/edit/", agreements.agreement_edit, name="agreement-edit"),
    path("agreements/<uuid:public_id>/publish/", agreements.agreement_publish, name="agreement-publish"),
    path("agreements/<uuid:public_id>/discard/", agreements.agreement_discard, name="agreement-discard"),
    path("agreements/<uuid:public_id>/retire/", agreements.agreement_retire, name="agreement-retire"),
    path("agreements/<uuid:public_id>/remind/", agreements.agreement_remind, name="agreement-remind"),
    path("agreements/<uuid:public_id>/files/<int:number>/", agreements.agreement_file, name="agreement-file"),
    path("acceptances/<uuid:public_id>/", agreements.acceptance_detail, name="acceptance-detail"),
    path("acceptances/<uuid:public_id>/copy/", agreements.acceptance_copy, name="acceptance-copy"),
    path(
        "partners/<uuid:public_id>/agreements/panel/",
        agreements.partner_agreements_panel,
        name="partner-agreements-panel",
    ),
    path("people/<uuid:public_id>/signatory/", agreements.person_signatory, name="person-signatory"),
    path("touches/", touches.touch_list, name="touch-list"),
    path("touches/new/", touches.touch_create, name="touch-create"),
    path("touches/<uuid:public_id>/edit/", touches.touch_edit, name="touch-edit"),
    path("touches/<uuid:public_id>/done/", touches.touch_finish, name="touch-finish"),
    path("partners/<uuid:public_id>/touches/new/", touches.touch_log, name="touch-log"),
    path("partners/<uuid:public_id>/touches/panel/", touches.partner_touches_panel, name="partner-touches-panel"),
]

# under /partner/
partner = [
    path("agreements/", own.agreement_list, name="agreement-list"),
    path("agreements/<uuid:public_id>/", own.agreement_detail, name="agreement-detail"),
    path("agreements/<uuid:public_id>/files/<int:number>/", own.agreement_file, name="agreement-file"),
    path("acceptances/<uuid:public_id>/", own.acceptance_detail, name="acceptance-detail"),
    path("acceptances/<uuid:public_id>/copy/", own.acceptance_copy, name="acceptance-copy"),
    path("touches/", own_touches.touch_list, name="touch-list"),
]
