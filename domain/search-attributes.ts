/** What operators filter requests by in the Temporal UI, all of type Keyword. Never encrypted: no content here. */
export const searchAttributeNames = {
  alias: 'HoldfastAlias',
  tenant: 'HoldfastTenant',
  deployment: 'HoldfastDeployment',
  /** `completed`, or the type of the error the request ended with. */
  outcome: 'HoldfastOutcome',
} as const;
