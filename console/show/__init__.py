"""How answers are said: model to text and Content. Pure; the only place that writes markup."""
