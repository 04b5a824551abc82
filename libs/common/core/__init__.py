"""What every other room stands on: errors, days, fields, strict JSON, waiting and failing."""
