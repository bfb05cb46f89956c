"""Lumen's lessons that are played: two packages, written by code, and the course they are in."""

from portal.seed.scorm import Item, Page, Question

COURSE = (
    "ransomware-talks",
    "Talking about ransomware",
    "Two lessons to click through: what happens on the day, and what an insurer wants to hear.",
    "Security",
)
#: Title of the lesson, minutes, standard, name of the package, its items.
PLAYED = (
    (
        "The day it happens", 12, "scorm12", "Ransomware: the first day",
        (
            Item(
                "first-day", "Ransomware: the first day",
                (
                    Page("08:10. Nobody can open a file", (
                        "The phone rings at ten past eight. On every screen stands the same note, with an address and a sum.",
                        "What the customer needs from you now is not a product. It is an order of steps, and a calm voice.",
                    )),
                    Page("Cut the cables, keep the power", (
                        "Take the machines off the network and leave them running: what is in their memory may help later.",
                        "Nobody pays, nobody answers the note, and nobody deletes anything before it was looked at.",
                    )),
                    Page("The copy that cannot be changed", (
                        "Look first for a copy that was out of reach: written once, kept elsewhere, with a password of its own.",
                        "Restore one folder that matters into a clean place, and let the customer open a file of it.",
                    )),
                    Page("What you write down", (
                        "Who noticed what, and when. The insurer asks for it, the authorities may, and memory fades within a day.",
                    )),
                ),
                (
                    Question("What comes first?", (
                        "Pay, while the price is low", "Take the machines off the network", "Install the newest updates",
                    ), 1),
                    Question("Why do the machines stay on?", (
                        "Starting takes long", "What is in their memory may help", "They should not: switch them off",
                    ), 1),
                    Question("Which copy do you restore from?", (
                        "One that was out of reach", "The newest one, wherever it lies", "The one on the file server",
                    ), 0),
                    Question("What is the first thing you restore?", (
                        "Everything at once", "One folder that matters, into a clean place", "The mail server",
                    ), 1),
                ),
                pass_percent=75,
            ),
        ),
    ),
    (
        "What an insurer wants to hear", 10, "scorm2004", "Answering an insurer",
        (
            Item("questions", "The five questions they ask", (
                Page("Who may sign in, and how?", (
                    "A second factor for everybody who works from outside is what nearly every form asks first.",
                )),
                Page("Where is the copy that nobody can change?", (
                    "Say where it is, who has the password, and on which day something was last restored from it.",
                )),
                Page("Who is called?", (
                    "Three names and three numbers, on paper, beside the door of the room with the machines.",
                )),
            )),
            Item("answers", "Answer one yourself", (
                Page("An answer that helps", (
                    "“We have a backup” is no answer. “We restored the finance folder on 4 May, in nine minutes” is one.",
                )),
            ), (
                Question("Which answer helps most?", (
                    "We have a backup", "We restored a folder on 4 May, in nine minutes", "Our provider takes care of it",
                ), 1),
                Question("Where do the numbers of those who are called belong?", (
                    "On paper, beside the door", "In the mailbox", "On the file server",
                ), 0),
            ), pass_percent=50),
        ),
    ),
)  # fmt: skip
