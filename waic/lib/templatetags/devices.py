"""`{% load devices %}`: what somebody is signed in with."""

from django import template

from waic.lib.browsers import describe

register = template.Library()
register.filter("device", describe)
