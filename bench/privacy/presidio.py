"""Reads JSON lines {"text"} and answers with what Microsoft Presidio finds, offsets in UTF-16 code units.

Usage: presidio.py [MODEL]  with the name of an installed spaCy model; without one, only Presidio's pattern recognizers.
"""

import json
import sys
import time

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider, SpacyNlpEngine

ENTITIES = {
    "PERSON": "person",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "CREDIT_CARD": "bank_card",
    "IBAN_CODE": "bank_card",
    "US_SSN": "id_card",
    "IP_ADDRESS": "ip",
}


def engine(model):
    if model:
        configuration = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
        return AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=configuration).create_engine())
    import spacy

    class Blank(SpacyNlpEngine):
        def __init__(self):
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    return AnalyzerEngine(nlp_engine=Blank())


def main():
    analyzer = engine(sys.argv[1] if len(sys.argv) > 1 else None)
    texts = [json.loads(line)["text"] for line in sys.stdin if line.strip()]
    analyzer.analyze(text="warm up", language="en", entities=list(ENTITIES))
    started = time.perf_counter()
    results = [analyzer.analyze(text=text, language="en", entities=list(ENTITIES)) for text in texts]
    elapsed = time.perf_counter() - started
    for text, found in zip(texts, results):
        units = lambda offset: len(text[:offset].encode("utf-16-le")) // 2
        print(json.dumps([{"start": units(r.start), "end": units(r.end), "entity": ENTITIES[r.entity_type]} for r in found]))
    print(json.dumps({"microseconds": elapsed * 1e6}))


main()
