"""Tests of libs.common, one file a module."""
