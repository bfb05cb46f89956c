"""The two front doors: home, dashboard, navigation, search, demo program."""
