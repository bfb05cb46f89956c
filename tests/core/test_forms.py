"""Forms in the portal's dress: classes, labels, help and errors that belong together."""

import re
from datetime import datetime

from django import forms

from accounts.models import User
from core.forms import FieldPicker, HubForm, HubModelForm
from partners.models import Person


class PartnerForm(HubForm):
    name = forms.CharField(help_text="As on the contract. <b>No</b> short forms.")
    notes = forms.CharField(widget=forms.Textarea, required=False)
    founded_on = forms.DateField(required=False)
    regions = forms.MultipleChoiceField(choices=[("e", "EMEA")], widget=forms.CheckboxSelectMultiple, required=False)
    field = forms.ChoiceField(
        choices=[("t", "Tier"), ("s", "Score")], widget=FieldPicker(descriptions={"t": "Held today."})
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_widgets_wear_the_classes_of_their_kind() -> None:
    form = PartnerForm()

    assert 'class="input"' in str(form["name"])
    assert 'class="textarea"' in str(form["notes"])
    assert 'type="date"' in str(form["founded_on"])
    assert "class" not in str(form["token"])


def test_a_class_of_its_own_stays_with_a_field() -> None:
    class Narrow(HubForm):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "w-24"}))

    assert 'class="input w-24"' in str(Narrow()["code"])


def test_help_and_error_are_named_by_the_control() -> None:
    html = PartnerForm({})["name"].as_field_group()

    named = re.search(r'aria-describedby="([^"]+)"', html)
    assert named is not None
    assert all(f'id="{name}"' in html for name in named[1].split())
    assert len(named[1].split()) == 2
    assert 'aria-invalid="true"' in html


def test_help_texts_are_text() -> None:
    assert "&lt;b&gt;No&lt;/b&gt;" in PartnerForm()["name"].as_field_group()


def test_a_form_with_errors_begins_with_links_to_them() -> None:
    html = str(PartnerForm({"field": "t"}))

    assert html.index('role="alert"') < html.index('href="#id_name"') < html.index('id="id_name"')
    assert "one thing needs your attention" in html


def test_groups_of_choices_are_a_fieldset_with_a_legend() -> None:
    html = PartnerForm()["regions"].as_field_group()

    assert "<fieldset" in html
    assert "<legend" in html
    assert 'class="choice"' in html


def test_a_field_picker_is_a_select_with_descriptions() -> None:
    html = PartnerForm()["field"].as_field_group()

    assert "<field-picker" in html
    assert "<select" in html
    assert html.count("data-description") == 1


def test_choosing_nothing_is_said_in_words() -> None:
    class About(HubModelForm):
        owner = forms.ModelChoiceField(queryset=User.objects.none())

        class Meta:
            model = Person
            fields = ("job_function",)

    html = str(About())

    assert "---" not in html
    assert '<option value="" selected>Choose one</option>' in html
    assert html.count('<option value="" selected>None</option>') == 1


def test_moments_are_picked_in_the_form_browsers_understand() -> None:
    class Meeting(HubForm):
        starts_at = forms.DateTimeField()

    html = str(Meeting(initial={"starts_at": datetime(2030, 3, 18, 10, 0)})["starts_at"])  # noqa: DTZ001 - as shown

    assert 'type="datetime-local"' in html
    assert 'value="2030-03-18T10:00"' in html
    assert Meeting({"starts_at": "2030-03-18T10:00"}).is_valid()
