"""Lumen's events: what was, what is near, and what comes."""

from portal.seed.shapes import Event

EVENTS = (
    Event(
        "change", -34, 15, 90, "Autumn release: what changes for your customers",
        "Twice a year we go through everything that changes, with the people who built it.",
        "1. What changes on the screens your customers see\n2. What to tell them, and when\n3. Your questions",
        seats=200,
    ),
    Event(
        "training", -12, 9, 120, "Restore in front of a customer, hands on",
        "Everybody restores a mailbox, a file and a whole machine.",
        "Bring a laptop. You get a room of your own for trials, and keep it for a week.",
        seats=12, recording="demo-restore",
    ),
    Event(
        "training", 6, 9, 120, "Restore in front of a customer, hands on",
        "Everybody restores a mailbox, a file and a whole machine.",
        "Bring a laptop. You get a room of your own for trials, and keep it for a week.",
        seats=2,
    ),
    Event(
        "webinar", 13, 16, 45, "NIS2 in forty-five minutes",
        "What the law asks of your customers, and which three questions open the conversation.",
        "A lawyer, an engineer and somebody who sells it. Half of the time is for your questions.",
    ),
    Event(
        "meeting", 24, 10, 420, "Partner day in Berlin",
        "One day with those who plan the next year.",
        "Mornings are for sellers, afternoons for engineers; lunch is for both.",
        place="Festsaal Kreuzberg, Am Flutgraben 2, Berlin", seats=80, closes_days_before=7,
    ),
    Event(
        "training", 18, 14, 60, "Cloud Archive: selling what nobody looks at",
        "For those who sell cloud in earnest.",
        "How to find the data nobody needs every day, and what it costs to keep it where it is.",
        audience="cloud-growth", seats=25,
    ),
    Event(
        "change", 95, 15, 90, "Spring release: what changes for your customers",
        "The second of the two sessions of the year.", "The agenda comes four weeks before.", state="draft",
    ),
)  # fmt: skip
