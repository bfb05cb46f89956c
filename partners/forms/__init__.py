"""The shape of what people type. Services judge it; `show_refusal` puts their words beside the fields."""
