"""What Lumen tells its partners."""

from portal.seed.shapes import News

NEWS = (
    News(
        "must", "program", 5, "New terms for handling customers' data from January",
        "Customers ask who may see their backups. From January on these rules hold for everybody who touches them.",
        "From 1 January, three rules hold for everybody at a partner who can reach a customer's data.\n\n"
        "1. **Ask first.** Restoring or opening a customer's copy needs their agreement in writing, in the ticket.\n"
        "2. **Two people.** Whoever deletes copies does so with a second person, who is named in the log.\n"
        "3. **Tell us within a day** if somebody has seen what they should not. Write to your partner manager; we help, and"
        " nobody is blamed for telling early.\n\n"
        "Please read this, speak about it with your team, and acknowledge it here.",
        german={
            "title": "Neue Regeln für den Umgang mit Kundendaten ab Januar",
            "summary": "Kunden fragen, wer ihre Sicherungen sehen darf. Ab Januar gelten diese Regeln für alle, die damit arbeiten.",
            "body": "Ab dem 1. Januar gelten drei Regeln für alle bei einem Partner, die an Kundendaten gelangen.\n\n"
            "1. **Erst fragen.** Wer eine Kopie wiederherstellt oder öffnet, hat die schriftliche Zustimmung des Kunden im Ticket.\n"
            "2. **Zu zweit.** Wer Kopien löscht, tut es mit einer zweiten Person, die im Protokoll steht.\n"
            "3. **Binnen eines Tages melden**, wenn jemand etwas gesehen hat, das er nicht sehen sollte.\n\n"
            "Bitte lesen Sie dies, sprechen Sie im Team darüber und bestätigen Sie es hier.",
        },
    ),
    News(
        "important", "product", 2, "Shield 4.2 blocks what nobody has seen before",
        "Unknown programs run apart until they are known. Customers notice nothing but a short wait.",
        "Shield 4.2 is there. Three things to tell customers:\n\n"
        "- Unknown programs run **in a closed room** for ninety seconds, and are let out or stopped.\n"
        "- The report is one page, in words an owner understands.\n"
        "- Updates come at night, in the customer's own time zone.\n\n"
        "Nothing has to be installed. Ask your customers to look at *Settings, Protection* once.",
    ),
    News(
        "normal", "product", 9, "Backup reports can be sent to your customers by themselves",
        "Once a month, with your logo, in their language.",
        "Under *Customers, Reports* choose a day of the month. Your customer gets one page: what was kept, what was restored,"
        " and what you did for them. **It is the cheapest review meeting you will ever hold.**",
    ),
    News(
        "normal", "news", 16, "Forty partners, two days, one question: what stops you selling more?",
        "What came out of this year's advisory board, and what we do about it.",
        "Forty of you spent two days with us. The three answers we heard most:\n\n"
        "1. Quotes take too long. *From the spring release they take minutes.*\n"
        "2. New colleagues need a path. *Journeys now begin by themselves on joining.*\n"
        "3. Nobody knows whom to call. *Your manager's name stands on every page of this portal.*",
    ),
    News(
        "normal", "program", 24, "How points for tiers are counted from the new year on",
        "Services count as much as licences. Nobody loses a tier through this before the summer.",
        "From January, a day of your own services at a customer counts like a day of licences sold. Your page *Tier and"
        " benefits* shows both ways of counting side by side, so that you can see what changes for you.",
    ),
    News(
        "important", "notice", 12, "Sign-in to the cloud console: maintenance on Sunday",
        "For an hour nobody can sign in. Backups go on.",
        "On Sunday from 05:00 to 06:00 UTC nobody can sign in to the cloud console. **Backups and restores that are under"
        " way go on.** If a customer needs something in that hour, call the number on the status page.",
        days_shown=10,
    ),
    News(
        "normal", "product", 4, "A preview of Cloud Archive for those who grow with cloud",
        "Cheap copies for ten years. You are among the first to try it.",
        "Cloud Archive keeps what nobody needs every day, for a fifth of the price. You have a room for trials until the end"
        " of the quarter; write to your manager, and it is yours within a day.",
        audience="cloud-growth",
    ),
    News(
        "normal", "news", -3, "Dates of the spring workshops",
        "Six cities, one day each, for sellers and for engineers.",
        "We are in six cities this spring. Mornings are for sellers, afternoons for engineers; lunch is for both.",
    ),
    News(
        "normal", "product", 0, "Network designer: drawing for two",
        "Draft for the release in spring.",
        "Two people draw one network at once.",
        state="draft",
    ),
)  # fmt: skip
