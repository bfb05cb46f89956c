"""What Brandt tells its partners."""

from portal.seed.shapes import News

NEWS = (
    News(
        "must", "program", 6, "Check the seals of series BX before they leave your store",
        "One delivery of seals is too soft. Do not ship pumps from it before you have looked.",
        "Seals with the batch numbers **2211 to 2219** are too soft. Please look at every pump of series BX in your store,"
        " and acknowledge here that you have. We replace what is affected within two days, at our cost.",
    ),
    News(
        "important", "product", 3, "The new frequency converter saves a third of the current",
        "It fits every pump of the last ten years.",
        "Mounted in an hour, paid for in eleven months. The calculator in the library shows it for your customer's pump.",
    ),
    News(
        "normal", "news", 15, "Meet us in Munich",
        "Hall B2, all five days.",
        "We bring the new series and a pump that is open. Tell us when you come, and we keep a table.",
    ),
)  # fmt: skip
