"""The Service Plan of a year: priorities, who answers for each, how far each was on a day."""
