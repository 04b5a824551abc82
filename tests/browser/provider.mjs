// An identity provider that is none of ours: npm's oidc-provider, over TLS, with two people.
// Argument: a JSON object of port, certificate, key, client, secret, site and lifetime (seconds).
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(new URL('../outside/', import.meta.url))
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')))
const { generateKeyPair, exportJWK } = await import(
  pathToFileURL(createRequire(require.resolve('oidc-provider')).resolve('jose')),
)
const told = JSON.parse(process.argv[2])
const issuer = `https://127.0.0.1:${told.port}`
const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const PEOPLE = {
  head: { name: 'Fictitia Alderfield', roles: ['head-of-service'] },
  parent: { name: 'Imaginus Fernleigh', roles: ['parent'] },
  stranger: { name: 'Nemo Dunmere', roles: [] },
}

const provider = new Provider(issuer, {
  clients: [{
    client_id: told.client,
    client_secret: told.secret,
    redirect_uris: [`${told.site}/reporting/sign-in/callback`],
    post_logout_redirect_uris: [`${told.site}/reporting/signed-out`],
    grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'made-up', alg: 'ES256', use: 'sig' }] },
  cookies: { keys: ['made-up'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false,
  scopes: ['openid', 'profile', 'offline_access'],
  ttl: { AccessToken: told.lifetime, IdToken: 300, Interaction: 300, Session: 3600, Grant: 3600 },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => {
        ctx.body = `<!doctype html><html lang="en"><title>Sign out</title><link rel="icon" href="data:,">
          ${form}<button type="submit" form="op.logoutForm" value="yes" name="logout">Yes</button>`
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:sssen',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: 'sssen',
        scope: 'openid profile offline_access',
        accessTokenTTL: told.lifetime,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  extraTokenClaims: (_, token) => ({ roles: PEOPLE[token.accountId].roles }),
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: PEOPLE[id].name }),
  }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    })
    grant.addOIDCScope('openid profile offline_access')
    grant.addResourceScope('urn:sssen', 'openid profile offline_access')
    await grant.save()
    return grant
  },
})

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  const as = new URL(ctx.href).searchParams.get('as')
  if (as) {
    const result = { login: { accountId: as }, consent: {} }
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  } else {
    ctx.type = 'html'
    ctx.body = `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,">
      ${Object.keys(PEOPLE).map((id) => `<p><a id="${id}" href="?as=${id}">${id}</a></p>`).join('')}`
  }
})

const papers = { cert: readFileSync(told.certificate), key: readFileSync(told.key) }
createServer(papers, provider.callback()).listen(told.port, '127.0.0.1', () => {
  process.stdout.write('ready\n')
})
