import type { Feature } from './features.ts';

/**
 * How much each feature speaks for (positive) or against a name: log-odds, fitted by bench/privacy/fit-person-en.ts on
 * the developer part of presidio-research's sentences and on invented ones, rounded to one decimal.
 */
export const weights: Readonly<Record<Feature, number>> = {
  single: -0.2,
  pair: 0.4,
  longer: -0.3,
  singleGiven: 1.0,
  singleFamily: -0.1,
  singleUnknown: -1.9,
  startsGiven: 1.2,
  endsFamily: 0.8,
  severalKnown: 0.3,
  familyEnding: 1.3,
  initialInside: 0.8,
  ordinaryWord: -1.2,
  allOrdinary: -0.6,
  place: -2.3,
  hyphenated: -2.0,
  sentenceStart: 0.2,
  lineAlone: 0.3,
  roleBefore: 0.7,
  verbBefore: 0.7,
  placeBefore: -0.7,
  articleBefore: 0.4,
  numberBefore: -1.2,
  numberAfter: -0.7,
  capitalBefore: -0.5,
  predicateAfter: 0.5,
  possessive: 1.4,
  conjunctionAfter: -0.3,
  conjunctionBefore: -0.2,
  commaAfter: 0.6,
  sentenceEndAfter: 0.8,
  colonAfter: 0.7,
  quoteBefore: -0.3,
  organisationAfter: -0.7,
  capitalAfter: -0.8,
  adjectiveAfter: 0.4,
  singleAfterPlaceBefore: -0.9,
  unknownAfterPlaceBefore: -0.9,
  givenAfterVerb: -0.1,
  commaThenPlace: -0.3,
  organisationInside: -1.0,
  placeHead: -0.5,
  placeEnding: -1.1,
  humanPredicateAfter: 1.8,
  speechBefore: 0.8,
  calledBefore: 1.3,
  nameWordNear: 1.1,
  speaker: 0.9,
  vocative: 1.0,
  joined: 0.1,
  ordinaryStart: -1.0,
  unknownStart: -0.4,
  firmList: 0.5,
  brandlike: -1.6,
  lowerRoleBefore: 1.3,
  verbPhraseBefore: 0.5,
  employerBefore: -1.5,
  firmListPlaced: 0.4,
};

/** Log-odds of a run of which nothing is known. */
export const bias = 0.5;

/** Log-odds from which on a run is taken for a name; a missed name costs more than a masked place. */
export const acceptAt = -0.5;
