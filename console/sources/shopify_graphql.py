"""What Shopify's Admin API is asked, in GraphQL."""

from __future__ import annotations

_MONEY = "{ shopMoney { amount currencyCode } }"
_PAGE = "pageInfo { hasNextPage endCursor }"
_ARGUMENTS = "($first: Int!, $after: String, $query: String, $reverse: Boolean!)"
_CHOSEN = "first: $first, after: $after, query: $query, reverse: $reverse"

ITEMS = f"{{ nodes {{ title quantity originalUnitPriceSet {_MONEY} }} {_PAGE} }}"

ORDERS = f"""query orders{_ARGUMENTS} {{
 orders({_CHOSEN}, sortKey: UPDATED_AT) {{
  edges {{ cursor node {{
   id legacyResourceId name createdAt updatedAt cancelledAt cancelReason test
   displayFinancialStatus displayFulfillmentStatus currencyCode
   totalPriceSet {_MONEY} totalRefundedSet {_MONEY}
   email phone
   customer {{ id legacyResourceId }}
   refunds(first: 5) {{ id createdAt totalRefundedSet {_MONEY} }}
   transactions(first: 5) {{ id kind status processedAt amountSet {_MONEY} }}
   lineItems(first: 10) {ITEMS}
  }} }}
  {_PAGE}
 }}
}}"""

MORE_ITEMS = f"""query items($id: ID!, $after: String) {{
 order(id: $id) {{ lineItems(first: 100, after: $after) {ITEMS} }}
}}"""

CUSTOMERS = f"""query customers{_ARGUMENTS} {{
 customers({_CHOSEN}, sortKey: UPDATED_AT) {{
  edges {{ cursor node {{
   id legacyResourceId firstName lastName createdAt updatedAt tags state
   defaultEmailAddress {{ emailAddress marketingState marketingUpdatedAt }}
   defaultPhoneNumber {{ phoneNumber }}
   defaultAddress {{ city provinceCode countryCodeV2 company }}
   numberOfOrders amountSpent {{ amount currencyCode }}
  }} }}
  {_PAGE}
 }}
}}"""

CUSTOMER_IDS = f"""query ids{_ARGUMENTS} {{
 customers({_CHOSEN}, sortKey: ID) {{ edges {{ cursor node {{ id }} }} {_PAGE} }}
}}"""

CHECKOUTS = f"""query checkouts{_ARGUMENTS} {{
 abandonedCheckouts({_CHOSEN}, sortKey: CREATED_AT) {{
  edges {{ cursor node {{
   id name createdAt updatedAt completedAt totalPriceSet {_MONEY}
   customer {{ id legacyResourceId defaultEmailAddress {{ emailAddress }} }}
  }} }}
  {_PAGE}
 }}
}}"""
