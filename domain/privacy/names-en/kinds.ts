/** What the lists know of a word, as bits; a word may be several things. */
export const kinds = {
  given: 1,
  family: 1 << 1,
  /** An everyday word, inflected or not. */
  ordinary: 1 << 2,
  rareWord: 1 << 3,
  properNoun: 1 << 4,
  place: 1 << 5,
  famous: 1 << 6,
  fictional: 1 << 7,
  brand: 1 << 8,
  eponym: 1 << 9,
  particle: 1 << 10,
  title: 1 << 11,
  credential: 1 << 12,
  role: 1 << 13,
  /** Makes the capitalised words around it an organisation, a place or a work. */
  organisation: 1 << 14,
  firmEnding: 1 << 15,
  /** Follows the name of who described a sign or a disease. */
  eponymFollower: 1 << 16,
  /** Capitalised often, but never a name by itself: weekdays, greetings, headings. */
  neverName: 1 << 17,
  placeHead: 1 << 18,
  placePreposition: 1 << 19,
  personVerb: 1 << 20,
  speechVerb: 1 << 21,
  talkVerb: 1 << 22,
  humanPredicate: 1 << 23,
  auxiliary: 1 << 24,
  medicine: 1 << 25,
  familyEnding: 1 << 26,
  placeEnding: 1 << 27,
  brandlike: 1 << 28,
  /** The first word of a well-known name of two words. */
  beginsPair: 1 << 29,
} as const;

/** Kinds of who or what bears a person's name without being a private person. */
export const knownKinds = kinds.famous | kinds.fictional | kinds.brand | kinds.eponym | kinds.place;
export const nameKinds = kinds.given | kinds.family;
