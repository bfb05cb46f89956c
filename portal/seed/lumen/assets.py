"""Lumen's content library. The pages lie in `pages/`, each under its key."""

from functools import partial

from portal.seed import files
from portal.seed.shapes import Asset

PRICES = (
    ("Product", "Unit", "List price EUR per month", "Registered", "Silver", "Gold", "Platinum"),
    ("Lumen Cloud Backup", "TB stored", "58.00", "12 %", "20 %", "26 %", "32 %"),
    ("Lumen Workspace", "user", "9.80", "8 %", "16 %", "22 %", "28 %"),
    ("Lumen Cloud Compute", "virtual core", "21.50", "8 %", "16 %", "22 %", "28 %"),
    ("Lumen Shield Endpoint", "device", "6.40", "15 %", "23 %", "29 %", "35 %"),
    ("Lumen Shield SIEM", "100 events per second", "310.00", "15 %", "23 %", "29 %", "35 %"),
    ("Lumen Identity", "user", "4.90", "10 %", "18 %", "24 %", "30 %"),
    ("Lumen Edge Router", "device, once", "890.00", "10 %", "18 %", "24 %", "30 %"),
    ("Lumen Wireless", "access point, once", "410.00", "10 %", "18 %", "24 %", "30 %"),
    ("Lumen Vault", "TB archived", "14.00", "12 %", "20 %", "26 %", "32 %"),
)
QUESTIONNAIRE = (
    ("No", "Question", "Why it is asked", "Good answer", "Your answer"),
    (
        1,
        "Is a second factor asked for every remote access?",
        "Stolen passwords open most doors",
        "Yes, without exception",
        "",
    ),
    (2, "How many people have administrator rights?", "Fewer keys, fewer accidents", "Under 3 % of staff, by name", ""),
    (3, "When was the last restore test?", "An untested backup is a hope", "Within three months, with a protocol", ""),
    (
        4,
        "How soon are critical updates installed?",
        "Attacks follow within days",
        "14 days, exceptions written down",
        "",
    ),
    (5, "Who is called at night, and how?", "Minutes decide", "A number that is answered, tested twice a year", ""),
    (6, "Which suppliers can reach your network?", "Their weakness is yours", "A list with dates of review", ""),
    (7, "What is recorded, and for how long?", "Without records no answers", "Sign-ins and changes, one year", ""),
    (
        8,
        "How do people report a strange mail?",
        "The first report saves the rest",
        "One button, and thanks within the hour",
        "",
    ),
)
CALCULATOR = (
    ("Step", "What to enter", "Example", "Formula"),
    (1, "Devices", 120, ""),
    (2, "Hours per device and month", 0.4, ""),
    (3, "Full cost of an hour in EUR", 62, ""),
    (4, "Licence per device in EUR", 9, ""),
    (5, "Cost per month", 4056, "1 x (2 x 3 + 4)"),
    (6, "Margin wanted", "30 %", ""),
    (7, "Price per device", 48.29, "5 / (1 - 6) / 1"),
)
MAILS = """
INVITATION TO A RESTORE TEST

Subject: May we try your backup on Thursday?

Good morning {first name},

a firm of your size in {town} stood still for two days this spring. The backup was there; nobody had ever tried it.
We would like to try yours, for nothing, in 45 minutes. You keep the protocol, whatever comes out.

Thursday 9:00 or Friday 14:00?

{your name}, {your company}, {your number}


AFTER THE VISIT

Subject: Your restore test: {result}

Good afternoon {first name},

the protocol is attached. In one sentence: {result in a sentence}.
Two things I would do within a month: {one}, {two}. What they cost is on page two.

I will call on {day} at {time}; tell me if another hour suits you better.

{your name}


THREE WEEKS OF SILENCE

Subject: Shall I close your file?

Good morning {first name},

I have not heard from you, which usually means that something more urgent came up. Shall I call again in
{month}, or close the file? One word is enough.

{your name}
"""
ENDPOINT = (
    "Protects laptops, desktops and servers. One agent, one console, many customers.",
    "",
    "What it does",
    "  - Stops known malware, and what behaves like it.",
    "  - Takes a device off the network with one click, and puts it back.",
    "  - Rolls back files that were encrypted in the last 72 hours.",
    "  - Reports in plain words, by customer, every Monday.",
    "",
    "What it needs",
    "  - Windows 10 or later, macOS 13 or later, current Ubuntu, Debian or RHEL.",
    "  - 1.5 % of one processor core, 180 MB of memory.",
    "  - Port 443 to our cloud; nothing else.",
    "",
    "Sizes",
    "  - From 5 devices. Steps at 50, 250 and 1,000.",
    "  - 30 days to try, with the same functions.",
    "",
    "Where data lies",
    "  - In Frankfurt or Dublin for Europe, in Virginia for the Americas, in Sydney for Asia Pacific.",
    "",
    "Who to ask: pre-sales desk, weekdays 8:00 to 18:00.",
)
ROUTER = (
    "A router for branches: two uplinks, one box, set up before it leaves the warehouse.",
    "",
    "  Throughput with encryption      1.8 Gbit/s",
    "  Uplinks                         2 x 2.5 Gbit/s, 1 x LTE/5G (optional)",
    "  Inside                          8 x 1 Gbit/s, 4 of them with power (60 W in all)",
    "  Power                           38 W, two supplies (optional)",
    "  Noise                           none, no fan",
    "  Temperature                     0 to 45 degrees Celsius",
    "  Warranty                        5 years, next working day",
    "",
    "What customers like",
    "  - Changes over to the second line in under 3 seconds; calls go on.",
    "  - A branch is ready 12 minutes after somebody plugs in power and a cable.",
    "  - Spare devices take over the settings by serial number.",
    "",
    "Do not use it for data centres: take the Lumen WAN series.",
)
LEARN = "Notes for those who would rather read, or cannot listen now."

ASSETS = (
    Asset("welcome", "Your first 30 days with Lumen", "Four things that make the difference, and whom to ask.", minutes=4, published_days_ago=500),
    Asset("discovery-questions", "Twelve questions for the first meeting", "A talk track that finds out whether there is a project.", minutes=5, published_days_ago=380),
    Asset("deal-registration", "Deal registration: protect what you found", "When to register, what you get, what happens when two come at once.", minutes=4, published_days_ago=420),
    Asset("backup-pitch", "Selling Cloud Backup in five minutes", "Three sentences, three objections, one price.", minutes=5, product_lines=("Cloud",), published_days_ago=200, audience="for-members"),
    Asset("security-assessment", "Running a security check-up in half a day", "What to look at, in which order, and what to charge.", minutes=7, product_lines=("Security",), published_days_ago=160, audience="for-security"),
    Asset("migration-runbook", "Moving a customer to Workspace: the runbook", "Two weeks and one weekend, step by step.", minutes=8, product_lines=("Cloud",), published_days_ago=95, audience="for-sellers-of-value"),
    Asset("msp-pricing", "Pricing a managed service that earns money", "Count hours, not licences.", minutes=6, product_lines=("Cloud", "Security"), published_days_ago=60, audience="for-msps"),
    Asset("network-design", "Wireless in an old building: design notes", "Values that save a second visit.", minutes=5, product_lines=("Network",), published_days_ago=310, audience="for-members", review_in_days=-12),
    Asset("nis2-guide", "NIS2 in plain words", "Who has to do what, and where we can help.", minutes=6, product_lines=("Security",), published_days_ago=45, audience="for-security"),
    Asset("case-study-clinic", "How a clinic group got its nights back", "Three partners, one deal: a reference you may quote.", minutes=4, product_lines=("Security", "Cloud"), published_days_ago=130, audience="healthcare-experts"),
    Asset("campaign-kit", "A campaign that two people can run", "Six weeks, 200 names, two new customers.", minutes=6, published_days_ago=75, audience="for-silver"),
    Asset("distributor-enablement", "Reseller days: a plan for distributors", "How thirty resellers make their first sale.", minutes=5, published_days_ago=140, audience="for-distributors"),
    Asset("api-start", "Your first integration in an afternoon", "From sandbox to catalogue.", minutes=7, published_days_ago=110),
    Asset("renewal-playbook", "Renewals: begin 120 days before", "The calendar of partners who keep their customers.", minutes=5, published_days_ago=25, audience="for-members"),
    Asset("price-list", "Price list and partner discounts", "All products with the discount of each tier, as a spreadsheet.", kind="file", file_name="lumen-price-list.csv", file=partial(files.csv, PRICES), audience="for-members", published_days_ago=80),
    Asset("vendor-questionnaire", "Security questionnaire with model answers", "Eight questions that customers get from their customers.", kind="file", file_name="security-questionnaire.csv", file=partial(files.csv, QUESTIONNAIRE), audience="for-security", product_lines=("Security",), published_days_ago=70),
    Asset("service-calculator", "Managed service calculator", "Enter devices and hours, read the price.", kind="file", file_name="managed-service-calculator.csv", file=partial(files.csv, CALCULATOR), audience="for-msps", published_days_ago=58),
    Asset("mail-templates", "Three mails that get answers", "Invitation, follow-up, and the mail after silence.", kind="file", file_name="mail-templates.txt", file=partial(files.text, MAILS), audience="for-members", published_days_ago=210),
    Asset("endpoint-sheet", "Shield Endpoint: data sheet", "What it does and needs, on one page.", kind="file", file_name="lumen-shield-endpoint.pdf", file=partial(files.pdf, "Lumen Shield Endpoint", ENDPOINT), product_lines=("Security",), published_days_ago=150),
    Asset("router-sheet", "Edge Router: data sheet", "Numbers for the branch router.", kind="file", file_name="lumen-edge-router.pdf", file=partial(files.pdf, "Lumen Edge Router", ROUTER), product_lines=("Network",), published_days_ago=260),
    Asset("nist-framework", "NIST Cybersecurity Framework", "The map most security talks follow; know its five words.", kind="link", url="https://www.nist.gov/cyberframework", minutes=20, product_lines=("Security",), published_days_ago=300),
    Asset("enisa-threats", "ENISA: threats and trends", "Figures for Europe that you may quote in a talk.", kind="link", url="https://www.enisa.europa.eu/topics/cyber-threats", minutes=15, audience="for-security", product_lines=("Security",), published_days_ago=190),
    Asset("ncsc-small-business", "NCSC: small business guide", "A free guide to hand to customers with fewer than 50 people.", kind="link", url="https://www.ncsc.gov.uk/collection/small-business-guide", minutes=15, published_days_ago=340),
    Asset("status-page", "How to read a service status page", "What the colours mean, and what to tell a customer who calls.", kind="link", url="https://www.atlassian.com/incident-management/incident-communication", minutes=10, audience="for-msps", published_days_ago=85),
    Asset("demo-restore", "Watch: a restore in front of the customer", "The demonstration that closes most backup deals.", kind="video", url="https://videos.lumen.example/restore-demo", minutes=6, product_lines=("Cloud",), audience="for-members", published_days_ago=100, body=f"{LEARN}\n\n1. Ask the customer to name a file from last month.\n2. Delete it while they watch.\n3. Open the console, search by name, pick last Tuesday.\n4. Restore to the same place: 40 seconds.\n5. Say nothing until they do."),
    Asset("demo-identity", "Watch: second factor without phones", "Badges on a hospital ward, from sign-in to hand-over.", kind="video", url="https://videos.lumen.example/identity-badges", minutes=9, product_lines=("Security",), audience="healthcare-experts", published_days_ago=40, body=f"{LEARN}\n\n- The badge opens the session, the PIN is asked once per shift.\n- Taking the badge away locks the screen.\n- Lost badge: blocked by the ward in one click, replaced at the porter's."),
    Asset("console-tour", "Watch: the partner console in ten minutes", "Many customers, one screen.", kind="video", url="https://videos.lumen.example/console-tour", minutes=10, audience="for-msps", product_lines=("Cloud", "Security"), published_days_ago=52, body=f"{LEARN}\n\nThe left side lists customers by open alarms. Filters stay when you change customers. Export on the first of the month feeds your billing."),
    Asset("spring-offer", "Quarter-end offer: three months of backup", "What it is, who gets it, and the last day.", body="## The offer\n\nNew customers of Cloud Backup pay nothing for the first three months, when they sign for two years.\n\n- For firms with 10 to 250 people.\n- Register the deal first; the offer is written on the quote.\n- It cannot be joined with other discounts.", minutes=2, product_lines=("Cloud",), audience="for-members", published_days_ago=20, ends_in_days=11),
    Asset("first-meeting-kit", "Kit: the first meeting", "Questions, mails and the one-page pitch, together.", kind="kit", audience="for-members", body="Read the questions, send the invitation, take the pitch along. Allow an hour to prepare.", published_days_ago=30, holds=("discovery-questions", "mail-templates", "backup-pitch", "deal-registration")),
    Asset("price-change", "Price change in spring", "What will change, and what to tell customers with a running offer.", body="## Not decided yet\n\nThis page is a draft: figures follow after the quarter closes.\n\nRunning offers keep their price for 60 days.", audience="for-members", state="draft"),
    Asset("old-router-sheet", "Edge Router, first series: data sheet", "Sold until two years ago; kept for service.", body="The first series had 600 Mbit/s and four ports. Spare parts are available until the end of next year; offer the exchange programme.", product_lines=("Network",), published_days_ago=530, state="retired"),
)  # fmt: skip
