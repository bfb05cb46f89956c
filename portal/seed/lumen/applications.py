"""What Lumen asks of organisations that apply, and some that did."""

from portal.seed.shapes import Applicant, FormQuestion

MOTIONS = ("Resale", "Managed service", "Services", "Embedded", "Distribution", "Agency", "Referral")
CAPABILITIES = (
    *("Consulting", "Implementation", "Integration", "Support", "Managed services", "Security operations"),
    *("Custom development", "Logistics", "Hardware repair"),
)

QUESTIONS = (
    FormQuestion(
        "sells",
        "How do you work with customers?",
        "selling_motions",
        choices=MOTIONS,
        is_required=True,
        help_text="Choose all that apply.",
    ),
    FormQuestion("can", "What can you do for them?", "capabilities", choices=CAPABILITIES, is_required=True),
    FormQuestion("people", "How many people work for you?", "employees", is_required=True),
    FormQuestion("industries", "Which industries do you serve?", "industries", help_text="With commas between them."),
    FormQuestion("why", "Why Lumen, and why now?", kind="text", help_text="Two or three sentences are plenty."),
    FormQuestion(
        "revenue",
        "What do you sell in a year?",
        "annual_revenue",
        categories=("distributor",),
        is_required=True,
        help_text="In euros, roughly.",
    ),
    FormQuestion(
        "integrations",
        "How many integrations with our products have you built?",
        attribute="listed_integrations",
        categories=("isv",),
        is_required=True,
    ),
    FormQuestion(
        "parts",
        "Do you keep spare parts?",
        attribute="holds_spare_parts",
        categories=("service-center",),
        is_required=True,
    ),
    FormQuestion(
        "desk", "When is your service desk there?", attribute="service_hours", categories=("msp", "service-center")
    ),
    FormQuestion("references", "Name two projects you are proud of", kind="text", categories=("si", "var")),
)

APPLICANTS = (
    Applicant(
        "Fjordlys Drift", "fjordlys.example", "NO", "Solveig Aune", "Managing director", ("msp",),
        {"sells": ["Managed service"], "can": ["Managed services", "Security operations", "Support"], "people": 42, "industries": ["Energy", "Shipping"], "why": "Our customers ask for one provider who watches endpoints at night. We run a desk round the clock already and want to build it on Shield."},
        "submitted", 0.3,
    ),
    Applicant(
        "Castellan IT", "castellan-it.example", "GB", "Rhys Powell", "Sales director", ("var", "referral"),
        {"sells": ["Resale", "Referral"], "can": ["Implementation", "Consulting"], "people": 18, "industries": ["Legal", "Accounting"], "why": "We look after forty law firms in Wales, and all of them must move their backups this year.", "references": "Network for a chambers of 60 in Cardiff; backup for a firm with seven offices."},
        "submitted", 3.1,
    ),
    Applicant(
        "Rheinwerk Systeme", "rheinwerk.example", "DE", "Annika Vogt", "Head of alliances", ("si", "var"),
        {"sells": ["Resale", "Services"], "can": ["Implementation", "Integration", "Consulting"], "people": 130, "industries": ["Manufacturing", "Chemicals"], "why": "Three of our plants customers tender identity projects this autumn. We know the plants; you have the product.", "references": "Identity for 4,000 workers at a chemicals group; network of a new plant near Bonn."},
        "in_review", 1.2,
        said=(("vendor", "Good morning, Annika. A strong application. Who would lead the projects on your side?"), ("applicant", "That would be Tarek Haddad; he has run our migration team for six years. He can join a call on Thursday.")),
    ),
    Applicant(
        "Pampa Integradora", "pampa-integra.example", "BR", "Luiza Barros", "Partner", ("si",),
        {"sells": ["Services"], "can": ["Implementation", "Integration"], "people": 31, "why": "Hospitals in the south want their systems joined; we do nothing else."},
        "asked", 4,
        asked="Which of your people hold a certification of ours or of another maker, and which two hospitals could we call?",
    ),
    Applicant(
        "Kestrel Referrals", "kestrel-referrals.example", "US", "Dale Whitcomb", "Owner", ("sales-agent",),
        {"sells": ["Agency"], "can": ["Consulting"], "people": 2, "why": "I have sold to counties in Ohio for twenty years."},
        "declined", 5,
        declined=("coverage", "Thank you for applying, Dale. We work with four agents in Ohio, and a fifth would only take deals from the others.", "Public buyers in Kentucky or West Virginia, where we have nobody."),
        said=(("applicant", "Thank you for the plain words. I do know people in two counties of Kentucky; would that be enough to talk?"),),
    ),
    Applicant(
        "Brindle & Daughters", "brindle.example", "IE", "Maeve Brindle", "Founder", ("var",),
        {"sells": ["Resale"], "can": ["Support"], "people": 3},
        "withdrawn", 12,
    ),
    Applicant(
        "Novamar Servicios", "novamar.example", "ES", "Iker Salgado", "Operations manager", ("msp",),
        {"sells": ["Managed service"], "can": ["Managed services"], "people": 25, "industries": ["Hospitality"], "why": "Hotels want one bill a month for everything that blinks."},
        "approved", 2,
    ),
    Applicant(
        "Tamarind Software", "tamarind-software.example", "SG", "Wei Ling Tan", "Product lead", ("isv",),
        {"sells": ["Embedded"], "can": ["Custom development"], "people": 16},
        "draft", 2,
    ),
)  # fmt: skip
