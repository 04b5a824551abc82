// A real OpenID Connect provider of a fictional county, over TLS on loopback:
//   node provider.mjs '{"port", "certificate", "key", "keys", "people", "redirectUris"}'
// `keys` is a JWKS with private keys; `people` are the claims of each account by its name. Whoever
// types that name is signed in. It says "ready" on standard output once it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

import Provider from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const issuer = `https://localhost:${asked.port}`;
const audience = 'sssen';
const resource = (name) => `https://sen.county.example/${name}`;

const provider = new Provider(issuer, {
  jwks: asked.keys,
  clients: [
    {
      client_id: 'sssen-pages',
      client_secret: 'a-fictional-secret-of-the-pages-000',
      redirect_uris: asked.redirectUris,
      post_logout_redirect_uris: asked.redirectUris,
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'county-send-system',
      client_secret: 'a-fictional-secret-of-the-system-00',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  // What the resource is called says how tokens for it are signed.
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource('ES256'),
      useGrantedResource: () => true,
      getResourceServerInfo: (_, indicator) => ({
        scope: 'sssen',
        audience,
        accessTokenTTL: 600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: new URL(indicator).pathname.slice(1) } },
      }),
    },
  },
  findAccount: (_, id) => asked.people[id] && { accountId: id, claims: () => ({ sub: id }) },
  extraTokenClaims: (_, token) => asked.people[token.accountId ?? token.clientId],
  cookies: { keys: ['a-fictional-key-of-cookies'] },
  ttl: { Interaction: 600, Session: 600, Grant: 600, IdToken: 600 },
});

const tls = { cert: readFileSync(asked.certificate), key: readFileSync(asked.key) };
createServer(tls, provider.callback()).listen(asked.port, '127.0.0.1', () => console.log('ready'));
