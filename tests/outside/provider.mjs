// A real OpenID Connect provider of a fictional county, over TLS on loopback:
//   node provider.mjs '{"port", "certificate", "key", "keys", "people", "clients", "lifetime"}'
// `keys` is a JWKS with private keys; `people` are the claims of each account by its name, and of
// each program by its client id; `clients` are as the library takes them; an access token lasts for
// `lifetime` seconds. Whoever chooses a name is signed in. It says "ready" once it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

import Provider from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const scope = 'sssen openid profile offline_access';
const page = (title, body) =>
  `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,">${body}`;

const provider = new Provider(`https://localhost:${asked.port}`, {
  jwks: asked.keys,
  clients: asked.clients,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => {
        ctx.body = page('Sign out', `${form}<button type="submit" form="op.logoutForm" value="yes"
          name="logout">Yes</button>`);
      },
    },
    // What the resource is called says how tokens for it are signed.
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'https://sen.county.example/ES256',
      useGrantedResource: () => true,
      getResourceServerInfo: (_, indicator) => ({
        scope,
        audience: 'sssen',
        accessTokenTTL: asked.lifetime,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: new URL(indicator).pathname.slice(1) } },
      }),
    },
  },
  scopes: scope.split(' '),
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false,
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  findAccount: (_, id) =>
    asked.people[id] && { accountId: id, claims: () => ({ sub: id, name: asked.people[id].name }) },
  extraTokenClaims: (_, token) => asked.people[token.accountId ?? token.clientId],
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const { client, session, resourceServers, provider: { Grant } } = ctx.oidc;
    const grant = new Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(scope);
    for (const one of Object.keys(resourceServers)) grant.addResourceScope(one, scope);
    await grant.save();
    return grant;
  },
  cookies: { keys: ['a-fictional-key-of-cookies'] },
  ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 600 },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const as = new URL(ctx.href).searchParams.get('as');
  if (as) {
    const result = { login: { accountId: as }, consent: {} };
    return ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  }
  const links = Object.keys(asked.people).map((id) => `<p><a id="${id}" href="?as=${id}">${id}</a>`);
  ctx.type = 'html';
  ctx.body = page('Provider', links.join(''));
});

const tls = { cert: readFileSync(asked.certificate), key: readFileSync(asked.key) };
createServer(tls, provider.callback()).listen(asked.port, '127.0.0.1', () => console.log('ready'));
