"""Pages of the shell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Show the city's front page."""
    return render(request, "web/home.html")
