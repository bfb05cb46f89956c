"""The one list of profile fields is whole, and every place that reads it knows every field."""

from criteria.fields import registry
from integrations.models import ImportResource
from integrations.services.fields import FIELDS
from partners.api.partners import PartnerSerializer
from partners.forms.partners import PartnerForm
from partners.models import Partner
from partners.profile_fields import BY_NAME, PROFILE_FIELDS
from partners.queries.completeness import ASKED
from partners.services import profile

#: Columns that are no part of the profile.
BESIDES = {"id", "public_id", "created_at", "updated_at", "version", "last_active_at", "attributes", "changed_at"}
BY_REFERENCE = {"region", "parent"}


def test_every_column_of_the_profile_is_in_the_list():
    assert set(BY_NAME) == {one.name for one in Partner._meta.concrete_fields} - BESIDES


def test_a_text_in_the_list_is_no_longer_than_its_column():
    longer = [
        one.name
        for one in PROFILE_FIELDS
        if (column := getattr(Partner._meta.get_field(one.name), "base_field", Partner._meta.get_field(one.name)))
        and one.length > (column.max_length or one.length)
    ]

    assert longer == []


def test_every_field_is_cleaned_typed_and_given_over_the_api(db):
    names = set(BY_NAME)

    assert set(profile.FIELDS) == names - BY_REFERENCE
    assert names <= set(PartnerForm(visible=Partner.objects.all()).fields)
    assert names <= set(PartnerSerializer.Meta.fields)


def test_files_may_bring_every_field():
    columns = {one.key for one in FIELDS[ImportResource.PARTNERS]}

    assert set(BY_NAME) - columns == {"websites", "parent"}  # they come as `website` and `parent.external_id`


def test_every_field_with_an_example_is_in_criteria():
    fields = registry.catalog().fields

    assert all(fields[one.name].changed for one in PROFILE_FIELDS if one.example)


def test_partners_are_asked_only_for_what_they_may_write():
    assert all(BY_NAME[name].own for name in ASKED)
