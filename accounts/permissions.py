"""The names of everything a person may be allowed to do. `roles.py` says who may."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing somebody may do. Row visibility is a separate question, answered by `visible_to`."""

    # at the vendor
    VIEW_PARTNERS = "partners.view"
    EDIT_PARTNERS = "partners.edit"
    ASSIGN_PARTNERS = "partners.assign"
    MERGE_PARTNERS = "partners.merge"
    VIEW_ALL_PARTNERS = "partners.view_all"
    VIEW_CONVERSATIONS = "conversations.view"
    REVIEW_APPLICATIONS = "applications.review"
    MANAGE_APPLICATIONS = "applications.manage"
    MANAGE_ATTRIBUTES = "attributes.manage"
    MANAGE_REGIONS = "regions.manage"
    VIEW_DEFINITIONS = "definitions.view"
    MANAGE_CATEGORIES = "categories.manage"
    MANAGE_TIERS = "tiers.manage"
    MANAGE_LIFE_STAGES = "life_stages.manage"
    MANAGE_MEASURES = "measures.manage"
    VIEW_SEGMENTS = "segments.view"
    MANAGE_SEGMENTS = "segments.manage"
    VIEW_DEALS = "deals.view"
    EDIT_DEALS = "deals.edit"
    MANAGE_CONTENT = "content.manage"
    MANAGE_JOURNEYS = "journeys.manage"
    MANAGE_CERTIFICATIONS = "certifications.manage"
    MANAGE_COURSES = "courses.manage"
    VIEW_SCORECARDS = "scorecards.view"
    MANAGE_SCORECARDS = "scorecards.manage"
    MANAGE_AGREEMENTS = "agreements.manage"
    MANAGE_SPECIALIZATIONS = "specializations.manage"
    EDIT_PLANS = "plans.edit"
    MANAGE_PLAN_TEMPLATES = "plan_templates.manage"
    MANAGE_GOALS = "goals.manage"
    MANAGE_PLAYS = "plays.manage"
    RUN_IMPORTS = "imports.run"
    MANAGE_INTEGRATIONS = "integrations.manage"
    MANAGE_USERS = "users.manage"
    VIEW_INSIGHT = "insight.view"
    MANAGE_PROGRAM = "program.manage"
    # in the regions granted to a person
    VIEW_REGION_PARTNERS = "partners.view_regions"
    EDIT_REGIONAL_TEXTS = "regional_texts.edit"

    # at a partner
    USE_PARTNER_PORTAL = "partner.use"
    EDIT_OWN_PROFILE = "partner.edit_profile"
    MANAGE_OWN_PEOPLE = "partner.manage_people"
