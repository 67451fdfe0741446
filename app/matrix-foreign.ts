/** Routes of foreign standards and mounted applications: they know bearer tokens of their own and no session of the platform. */
export const foreign: readonly string[] = [
  '/oidc',
  'DELETE /api/scim/v2/Groups/:id',
  'DELETE /api/scim/v2/Users/:id',
  'GET /api/scim/v2/Groups',
  'GET /api/scim/v2/Groups/:id',
  'GET /api/scim/v2/ResourceTypes',
  'GET /api/scim/v2/ResourceTypes/:id',
  'GET /api/scim/v2/Schemas',
  'GET /api/scim/v2/Schemas/:id',
  'GET /api/scim/v2/ServiceProviderConfig',
  'GET /api/scim/v2/Users',
  'GET /api/scim/v2/Users/:id',
  'PATCH /api/scim/v2/Groups/:id',
  'PATCH /api/scim/v2/Users/:id',
  'POST /api/scim/v2/Groups',
  'POST /api/scim/v2/Groups/.search',
  'POST /api/scim/v2/Users',
  'POST /api/scim/v2/Users/.search',
  'PUT /api/scim/v2/Groups/:id',
  'PUT /api/scim/v2/Users/:id',
]

/** Addresses outside the contracts that answer everybody the same. */
export const open: Readonly<Record<string, number>> = {
  '/healthz': 200,
  '/readyz': 200,
  '/api/openapi.json': 200,
  '/api/docs': 200,
  '/api/docs/start.js': 200,
  '/api/docs/assets/swagger-ui.css': 200,
  '/api/no-such-endpoint': 404,
}
