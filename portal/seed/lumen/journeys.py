"""Lumen's journeys."""

from portal.seed.shapes import Journey, Step

JOURNEYS = (
    Journey(
        "onboarding",
        "Ready in 30 days",
        "What every new partner does first: profile, people, one product, one deal.",
        "for-newcomers",
        (
            Step("content", "Read: your first 30 days", asset="welcome", minutes=4, due_days=3),
            Step("task", "Complete your profile", "Capabilities, industries and languages decide which leads come to you.", minutes=10, due_days=7),
            Step("task", "Invite a seller and a technician", "Three people in the portal is a good start.", minutes=5, due_days=7),
            Step("content", "Learn twelve questions for a first meeting", asset="discovery-questions", minutes=5, due_days=14),
            Step("certification", "One certified person", "Any associate course takes about a day.", certification="cloud-associate", minutes=480, due_days=30),
            Step("content", "How deal registration protects you", asset="deal-registration", minutes=4, due_days=21),
            Step("task", "Register your first deal", "Small is fine. A pre-sales engineer joins your first call.", minutes=15, due_days=30),
            Step("meeting", "Kick-off with your channel account manager", "Half an hour: whom you sell to, what you need from us, what comes next.", minutes=30, due_days=21),
            Step("form", "Tell us how you sell", "Three short questions, so that leads and help fit.", minutes=4, due_days=21, questions=(
                {"text": "Who talks to new customers first?", "kind": "text"},
                {"text": "How many customers do you call in a normal month?", "kind": "number"},
                {"text": "Do you sell to the public sector?", "kind": "yes_no"},
            )),
            Step("content", "Watch first: a restore, slowly", "For everybody to whom backup is new.", asset="demo-restore", instead=("backup-pitch",), minutes=6, due_days=14, only_for="tech_savviness"),
            Step("task", "Show a first demo to a customer", "Tell us to whom, and what they asked.", minutes=60, due_days=45, proof="text", confirmed_by="vendor", after=("Learn twelve questions for a first meeting",)),
            Step("ours", "We set up your demo tenant", "With sample data, and access for three of their people.", due_days=10),
        ),
        pace=0.85,
        onboards="var",
        added=(
            Step("task", "Name a technical contact", "Questions before a deal reach them first.", minutes=3, due_days=10),
            Step("survey", "Tell us how your first weeks were", "Three questions. What you say changes what the next partner finds.", survey="first-weeks", minutes=3, due_days=30),
        ),
        note="New partners lost days because nobody knew whom to ask, and we learned of it too late.",
    ),
    Journey(
        "cloud-practice",
        "Build a cloud practice",
        "From the first backup to a managed service that earns money.",
        "cloud-growth",
        (
            Step("content", "Selling Cloud Backup in five minutes", asset="backup-pitch", minutes=5, due_days=7),
            Step("content", "Watch: a restore in front of the customer", asset="demo-restore", minutes=6, due_days=10),
            Step("task", "Restore something at a customer, with them watching", "Note how long it took and what they said.", minutes=60, due_days=30),
            Step("certification", "A cloud professional", "Needed for Advanced on the cloud services track.", certification="cloud-professional", minutes=1200, due_days=90),
            Step("task", "Plan the next two quarters with your channel account manager", minutes=60, due_days=60),
        ),
        pace=0.7,
        on_leaving="pause",
    ),
    Journey(
        "security-conversation",
        "Have the security conversation",
        "Turn questions from customers' customers into projects.",
        "security-specialists",
        (
            Step("content", "NIS2 in plain words", asset="nis2-guide", minutes=6, due_days=14),
            Step("content", "Running a security check-up", asset="security-assessment", minutes=7, due_days=21),
            Step("task", "Run one check-up at a customer you know well", "Charge for it, and credit it later.", minutes=240, due_days=45),
            Step("certification", "A security associate", certification="security-associate", minutes=480, due_days=60),
        ),
        pace=0.7,
        age_days=12,
    ),
    Journey(
        "get-to-know",
        "Get to know Lumen",
        "Three short things while the agreement is being prepared.",
        "for-prospects",
        (
            Step("content", "Read: your first 30 days", asset="welcome", minutes=4, due_days=14),
            Step("content", "Shield Endpoint on one page", asset="endpoint-sheet", minutes=3, due_days=14),
            Step("task", "Tell us about three customers you have in mind", "No names needed: size, industry, what hurts.", minutes=15, due_days=21),
        ),
        pace=0.75,
    ),
)  # fmt: skip
