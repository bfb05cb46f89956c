"""Writes skills and ways of working, and lets people tell and managers confirm: some more than they can, some less."""

from datetime import datetime, timedelta

from accounts.models import User
from enablement.models import Adopted, Certification, SkillSource
from enablement.services import holdings, processes, skills
from partners.models import Partner, PartnerStatus, Person
from portal.seed.lot import Lot

AGE = timedelta(days=160)
PARTNERS = 12
#: Name, area, what it is, what working, proficient and expert mean.
SKILLS = (
    ("Discovery with the customer", "Selling", "Finds out what a customer needs before talking of products.",
     "Leads a first meeting with a prepared list.", "Writes down goals, people and budget, and the customer agrees.",
     "Coaches others, and changes the list from what deals taught."),
    ("Solution design", "Delivery", "Draws a solution that works, with sizes and a price.",
     "Changes a design that stands.", "Designs for several sites and defends it.", "Reviews the designs of others."),
    ("Operation after the sale", "Service", "Keeps what was sold running, and tells before it fails.",
     "Answers first questions.", "Runs it within agreed times.", "Builds the service others sell."),
)  # fmt: skip
WAYS = (
    ("Joint planning", "A plan with us for each quarter, written down and looked at again."),
    ("Lead follow-up", "Every lead is called within two working days, and its result is written down."),
)


def write(key: str, *, by: User, at: datetime) -> None:
    """Write the catalogue, and what is said at a dozen active partners."""
    began, lot = at - AGE, Lot(key, "abilities")
    proving = list(Certification.objects.filter(retired_at=None).order_by("key")[: len(SKILLS)])
    made = []
    for place, (name, area, about, working, proficient, expert) in enumerate(SKILLS):
        skill = skills.create(
            by=by, at=began, name=name, area=area, description=about, aware="Has seen it done.", working=working,
            proficient=proficient, expert=expert, valid_months=24,
        )  # fmt: skip
        if place < len(proving):
            skills.prove(skill=skill, level=3, certification=proving[place], by=by, at=began)
        skills.publish(skill=skill, by=by, at=began)
        made.append(skill)
    ways = [processes.create(by=by, at=began, name=name, description=about) for name, about in WAYS]
    for way in ways:
        processes.publish(process=way, by=by, at=began)
    for partner in Partner.objects.filter(status=PartnerStatus.ACTIVE).order_by("name", "domain")[:PARTNERS]:
        for person in Person.objects.of(partner).filter(left_at=None).order_by("email")[:3]:
            for skill in made:
                if lot.happens(0.5):
                    level, day = lot.randint(1, 4), at - timedelta(days=lot.randint(10, 150))
                    said = {"person": person, "skill": skill}
                    holdings.say(**said, source=SkillSource.TOLD, level=level, by=person.user, at=day)
                    if lot.happens(0.4):
                        holdings.say(
                            **said, source=SkillSource.CONFIRMED, level=max(1, level - lot.randint(0, 1)), by=by,
                            at=day + timedelta(days=5), note="Seen in a joint project.",
                        )  # fmt: skip
        for way in ways:
            state = Adopted.values[lot.randint(0, 2)]
            processes.say(partner=partner, process=way, source=SkillSource.TOLD, state=state, by=None, at=at - AGE / 2)
            if lot.happens(0.4):
                processes.say(
                    partner=partner, process=way, source=SkillSource.CONFIRMED, state=Adopted.PARTLY, by=by,
                    at=at - AGE / 4, note="The plan stands; its review is still to come.",
                )  # fmt: skip
