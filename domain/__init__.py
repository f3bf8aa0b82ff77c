"""The rules of retail, pure: money, tax, prices, basket, tender, shift, reports, receipts."""
