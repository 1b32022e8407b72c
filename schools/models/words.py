"""The words that schools are found by, for those who misspell one."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models


class SearchWord(models.Model):
    """A word of schools' names, towns, authorities or trusts, and how many schools have it. Counted anew after each import.

    ``forms`` are the word and the word without each of its letters in turn: what is spelt almost like it shares one.
    """

    word = models.TextField(primary_key=True)
    schools = models.IntegerField()
    forms = ArrayField(models.TextField())

    class Meta:
        indexes = [
            GinIndex(fields=["forms"], name="search_word_forms"),
            GinIndex(OpClass("word", "gin_trgm_ops"), name="search_word_alike"),
        ]

    def __str__(self) -> str:
        return self.word
