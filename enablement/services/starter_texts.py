"""The two assessments that come with the portal. Each answer that is right begins with an asterisk.

They are written to tell people apart, not to teach: each question has one level in mind, from somebody who has never
worked with a hosted service to somebody who designs them. A program changes what does not fit its products.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from enablement.models import QuestionKind, Readiness


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. Of an ordering the answers stand in their order, of a typed one they are its spellings."""

    kind: QuestionKind
    text: str
    answers: tuple[str, ...]
    why: str
    points: int = 1

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The answers as a question keeps them."""
        return [{"text": one.removeprefix("*"), "right": one.startswith("*")} for one in self.answers]


@dataclass(frozen=True, slots=True)
class Starter:
    """An assessment: its key, name, summary, what it measures, how many questions an attempt asks."""

    key: str
    name: str
    summary: str
    measures: Readiness
    questions: tuple[Asked, ...]


ONE, SEVERAL, ORDER, TYPED = (
    QuestionKind.SINGLE,
    QuestionKind.MULTIPLE,
    QuestionKind.ORDERING,
    QuestionKind.TEXT,
)

TECH_SAVVINESS = Starter(
    key="tech-savviness",
    name=_("How at home are you with technology?"),
    summary=_(
        "Ten minutes, no preparation, nothing to pass. The result tells us how much introductory help is useful to you;"
        " your channel manager sees it, customers never do."
    ),
    measures=Readiness.TECH_SAVVINESS,
    questions=(
        Asked(
            ONE,
            _("A customer says: “We run it in the cloud.” What does that tell you for certain?"),
            (
                _("*It runs on computers of somebody else, reached over a network"),
                _("It is backed up"),
                _("It is safe from outages"),
                _("It costs less than their own servers"),
            ),
            _(
                "Cloud says where something runs and who looks after the machines. Backups, availability and price are agreed on, not given."
            ),
        ),
        Asked(
            ONE,
            _("Which of these proves best that the person signing in is who they say they are?"),
            (
                _("A password of sixteen letters"),
                _("A password that is changed each month"),
                _("*A password and a code from an app on their phone"),
                _("The answer to a question only they know"),
            ),
            _("Two proofs of different kinds have to be stolen at once: something known, and something held."),
        ),
        Asked(
            SEVERAL,
            _("Which of these belong in a message to a supplier's support desk?"),
            (
                _("*What you did, what you expected and what happened instead"),
                _("*When it happened, with the time zone"),
                _("Your password, so that they can try it"),
                _("*Whether others in your company see the same"),
            ),
            _(
                "What, when and how far it reaches saves the first day of every case. A password never helps, and is never asked for."
            ),
        ),
        Asked(
            ORDER,
            _(
                "A customer cannot reach a web application. Put the checks in the order that rules out most with least effort."
            ),
            (
                _("Ask whether anybody else can reach it"),
                _("Look at the status page of the service"),
                _("Try another network, such as a phone's"),
                _("Trace the name resolution and the route"),
            ),
            _(
                "One person or everybody, known or not, this network or any: three questions that cost a minute each come before tools."
            ),
            points=2,
        ),
        Asked(
            ONE,
            _("What is an API?"),
            (
                _("*An agreed way in which one program asks another to do something"),
                _("A program that administrators use instead of the browser"),
                _("The part of an application that users see"),
                _("A file format for exchanging tables"),
            ),
            _("It is what lets two products work together without people copying data between them."),
        ),
        Asked(
            TYPED,
            _(
                "Which three letters name the agreement that says how available a service is, and what happens if it is not?"
            ),
            ("SLA", "S.L.A."),
            _("The service level agreement. Read what it measures and over which time before quoting its percentage."),
        ),
        Asked(
            ONE,
            _("99.9 % availability in a month allows roughly how much downtime?"),
            (_("4 minutes"), _("*43 minutes"), _("4 hours"), _("7 hours")),
            _("A month has about 43,200 minutes; a thousandth of them is 43."),
            points=2,
        ),
        Asked(
            SEVERAL,
            _(
                "A customer in the European Union asks where their data is. Which answers does a data protection officer need?"
            ),
            (
                _("*The region in which it is stored"),
                _("*Who can reach it for support, and from where"),
                _("*Which other companies process it on the way"),
                _("The brand of the disks"),
            ),
            _("Place, access and sub-processors decide whether a transfer takes place at all."),
            points=2,
        ),
        Asked(
            ONE,
            _("Two systems must exchange customer records every night. What makes the exchange bear repeating?"),
            (
                _("*Each record has an identifier that both sides keep"),
                _("The files are compressed"),
                _("It runs at the same hour every night"),
                _("The newest file replaces the one before"),
            ),
            _("With a kept identifier a record sent twice is recognised instead of doubled."),
            points=2,
        ),
        Asked(
            ONE,
            _("A demonstration fails in front of a customer. What do you do first?"),
            (
                _("Restart everything until it works"),
                _("Blame the conference room's network"),
                _("*Say what should have happened, show it from a recording or slides, and follow up with the cause"),
                _("End the meeting and book a new one"),
            ),
            _("The customer came for what it does for them. A fallback that is ready keeps the conversation there."),
        ),
    ),
)

PRODUCT_KNOWLEDGE = Starter(
    key="product-knowledge",
    name=_("How well do you know what you sell?"),
    summary=_(
        "Fifteen minutes about selling and running a subscription product: who buys it, what it costs, how it starts and"
        " how it stays. Nothing to pass; the result shapes what we suggest to you next."
    ),
    measures=Readiness.PRODUCT_KNOWLEDGE,
    questions=(
        Asked(
            ONE,
            _("A prospect asks what the product costs. What do you need to know before you name a figure?"),
            (
                _("Their budget"),
                _("*How many people will use it for what, and for how long they commit"),
                _("Which competitor they talk to"),
                _("The size of their data centre"),
            ),
            _(
                "Edition, quantity and term make the price; a figure without them is corrected later, and never downwards."
            ),
        ),
        Asked(
            ORDER,
            _("Put the steps of a sound first sale in order."),
            (
                _("Find out what hurts, and what it costs them"),
                _("Show only what answers that"),
                _("Try it with their own data and people"),
                _("Agree what counts as success, then on price and start"),
            ),
            _("A trial without a problem behind it ends in “interesting”. A price before value is a discount to come."),
            points=2,
        ),
        Asked(
            SEVERAL,
            _("Which of these foretell that a subscription will be renewed?"),
            (
                _("*More people use it each month than the month before"),
                _("*Somebody at the customer owns its success"),
                _("The contract was signed quickly"),
                _("*It is connected to another system they rely on"),
            ),
            _(
                "Use, ownership and being woven in keep a product. The speed of a signature says nothing about the year after it."
            ),
        ),
        Asked(
            ONE,
            _("A customer wants a feature that the product does not have. What serves you both best?"),
            (
                _("Promise it for the next release"),
                _("Say that nobody needs it"),
                _(
                    "*Ask what they would do with it, show how that is done today, and hand the wish in with their words"
                ),
                _("Offer to build it yourself at once"),
            ),
            _(
                "Behind a feature stands a task. Most tasks have a way already; the others are heard when told with a reason."
            ),
        ),
        Asked(
            TYPED,
            _("How is the yearly value of all running subscriptions called, in three letters?"),
            ("ARR", "A.R.R."),
            _("Annual recurring revenue: what comes again if nobody does anything."),
        ),
        Asked(
            ONE,
            _(
                "A customer pays 1,200 a year for 20 users and takes 5 more for the last six months. What do those cost at the same price?"
            ),
            ("100", "*150", "300", "600"),
            _("One user costs 60 a year, 30 for half a year; five of them 150."),
            points=2,
        ),
        Asked(
            SEVERAL,
            _("What belongs into a handover from sales to those who put the product in?"),
            (
                _("*The goal the customer named, and how they measure it"),
                _("*What was promised beyond the standard"),
                _("*Who decides, who uses it, and who was against it"),
                _("The discount that was given"),
            ),
            _(
                "Goals, promises and people are what a project fails on when they are lost. The discount changes nothing in the work."
            ),
        ),
        Asked(
            ONE,
            _("Which sentence positions a product?"),
            (
                _("“The most innovative platform of its kind.”"),
                _("“It has more than two hundred integrations.”"),
                _("*“For service teams who lose cases between tools: one queue, so that no customer waits twice.”"),
                _("“Half the price of the market leader.”"),
            ),
            _(
                "For whom, against which trouble, with what result. Superlatives and counts leave the reader to work that out."
            ),
        ),
        Asked(
            ONE,
            _("Two partners work on one customer without knowing of each other. What prevents the conflict best?"),
            (
                _("The one with the lower price wins"),
                _("*Registering the deal with the vendor before the first offer"),
                _("Asking the customer to choose"),
                _("A discount for both"),
            ),
            _("A registration protects who comes first and tells the other early, before anybody has spent weeks."),
        ),
        Asked(
            ONE,
            _(
                "Six weeks after the start half of the customer's people have never signed in. What is the best next step?"
            ),
            (
                _("Wait for the renewal"),
                _("Send everybody the manual"),
                _("*Sit down with the owner, pick one team and one task, and make that work within a week"),
                _("Offer a longer contract at a lower price"),
            ),
            _("Adoption spreads from one team for which it works. A manual answers questions nobody has asked yet."),
            points=2,
        ),
    ),
)

STARTERS = (TECH_SAVVINESS, PRODUCT_KNOWLEDGE)
