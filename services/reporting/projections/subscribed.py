"""What reporting listens to; the modules beside this one fill it."""

from libs.common.subscriptions import Subscriptions

subscriptions = Subscriptions("reporting")
