"""The invented company behind the sample data.

`when` its clock · `names` and `places` who lives where · `company` the app, its plans and its
shop · `people` who signs up · `life` what they do all day · `shop`, `billing`, `support` what
follows · `stories` the people planted by hand · `segment`, `shopify`, `klaviyo`, `stripe`,
`zendesk` how each system writes it down.
"""
