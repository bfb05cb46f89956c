"""Brandt's content and journeys."""

from functools import partial

from portal.seed import files
from portal.seed.shapes import Asset, Journey, Step

INTERVALS = (
    ("Part", "Clean water", "Waste water", "Chemicals"),
    ("Shaft seal", "24 months", "12 months", "9 months"),
    ("Bearings", "40,000 hours", "25,000 hours", "20,000 hours"),
    ("Impeller, look", "yearly", "every 6 months", "every 3 months"),
    ("Oil", "yearly", "every 6 months", "every 6 months"),
    ("Insulation, measure", "yearly", "yearly", "every 6 months"),
)
C100 = (
    "Single-stage centrifugal pump for clean water up to 110 degrees Celsius.",
    "",
    "  Flow            4 to 160 cubic metres per hour",
    "  Head            8 to 92 metres",
    "  Motor           0.75 to 37 kW, IE4",
    "  Connections     DN 32 to DN 100",
    "  Material        cast iron, stainless impeller",
    "",
    "Choose the C200 for more than 160 cubic metres, the M25 for aggressive liquids.",
)
ASSETS = (
    Asset("sizing", "Sizing a pump without regrets", "Five numbers to ask for, and what to do when they are missing.", minutes=6, published_days_ago=400),
    Asset("seal-failures", "Why shaft seals fail", "Four pictures in the workshop, four causes.", minutes=5, audience="for-workshops", product_lines=("Water", "Waste water"), published_days_ago=180),
    Asset("monitor-pitch", "Selling Pump Monitor", "One bearing that did not break pays for five years.", minutes=4, audience="for-members", product_lines=("Digital",), published_days_ago=60),
    Asset("welcome", "Welcome: where things are", "Prices, drawings, training, people.", minutes=3, published_days_ago=500),
    Asset("intervals", "Maintenance intervals", "What to look at when, by liquid.", kind="file", file_name="maintenance-intervals.csv", file=partial(files.csv, INTERVALS), audience="for-workshops", published_days_ago=220),
    Asset("c100-sheet", "Centrifugal pump C100: data sheet", "Numbers on one page.", kind="file", file_name="brandt-c100.pdf", file=partial(files.pdf, "Brandt C100", C100), product_lines=("Water",), published_days_ago=350),
    Asset("atex", "EU rules for explosive areas (ATEX)", "What the directive asks of workshops.", kind="link", url="https://single-market-economy.ec.europa.eu/sectors/mechanical-engineering/equipment-potentially-explosive-atmospheres-atex_en", minutes=15, audience="for-workshops", published_days_ago=260),
    Asset("seal-change", "Watch: changing a seal in 35 minutes", "With the two tools that everybody forgets.", kind="video", url="https://videos.brandt-pumps.example/seal-change", minutes=12, audience="for-workshops", published_days_ago=90, body="1. Close both valves, drain, tag the switch.\n2. Mark the coupling before you open it.\n3. Never touch the faces of the new seal with bare fingers.\n4. Turn by hand ten times before power returns."),
)  # fmt: skip
JOURNEYS = (
    Journey(
        "onboarding",
        "Your first month with Brandt",
        "Profile, people, one course, one project.",
        "for-newcomers",
        (
            Step("content", "Where things are", asset="welcome", minutes=3, due_days=3),
            Step("task", "Complete your profile", "Stock and engineers decide which hotline cases you get.", minutes=10, due_days=7),
            Step("content", "Sizing a pump without regrets", asset="sizing", minutes=6, due_days=14),
            Step("certification", "One person passes the sizing course", certification="sizing", minutes=240, due_days=30),
        ),
    ),
    Journey(
        "monitor-launch",
        "Sell your first Pump Monitor",
        "From the talk to the first month of data.",
        "digital-starters",
        (
            Step("content", "Selling Pump Monitor", asset="monitor-pitch", minutes=4, due_days=7),
            Step("task", "Fit one at a customer for thirty days", "Sensors on loan: ask your channel account manager.", minutes=90, due_days=30),
            Step("task", "Read the first report together with the customer", minutes=45, due_days=60),
        ),
        pace=0.7,
    ),
)  # fmt: skip
