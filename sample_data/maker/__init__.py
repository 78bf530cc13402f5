"""The invented company behind the sample data.

`when` its clock and its dice · `names` and `places` who lives where · `company` the app, its
plans and its shop · `people` the words · `population` and `onboarding` who signs up, sets up and
stays · `life` and `details` what they do all day · `shop`, `billing`, `support`, `mails` what
follows · `cast`, `stories` and `odd_names` the people planted by hand · `segment`, `shopify`,
`klaviyo`, `stripe`, `zendesk` and `files` how each system writes it down.
"""
