// OpenID providers for the tests of the login: each with accounts, clients and habits of its own, on a port of its own.
//
//   node provider.mjs
//
// Reads commands from standard input, one JSON object in a line, and answers each with one line:
//
//   {"do": "open", ...}                                   {"issuer": "http://127.0.0.1:40000"}
//   {"do": "clients", "issuer": ..., "clients": [...]}    {}   replaces these clients
//   {"do": "accounts", "issuer": ..., "accounts": {...}}  {}   replaces all accounts
//   {"do": "answers", "issuer": ..., "answers": {...}}    {}   replaces what is answered in other words
//   {"do": "close", "issuer": ...}                        {}   nobody listens there any more
//   anything that fails                                   {"error": "..."}
//
// It ends with its standard input, so that it never outlives whoever started it. An "open" may have:
//
//   host      the name in the issuer; "127.0.0.1" (default) or "localhost"
//   clients   [{client_id, client_secret, redirect_uris}]; more of OpenID's client metadata is welcome
//   accounts  {name: claims}; "sub" is the name unless the claims say otherwise. Any password is right.
//   claims    names of claims that no account has yet
//   tells     where claims go: "userinfo" (default), "id_token", which leaves no userinfo endpoint, or "both"
//   pkce      "offered" (default), "required", or "unknown", which the discovery document does not speak of
//   seconds   how long access tokens live (3600)
//   refresh   "rotate" (default) for refresh tokens that work once, "keep" for such as stay, "none"
//   consent   true to ask for consent with a page and buttons; otherwise it is taken for given
//   answers   {path: {status, body, patch}}: another status, another body, other members of the JSON answer (null: none)

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

import { Memory } from "./memory.mjs";

// It warns of versions of Node that it works with all the same. What goes wrong is told with `console.error`.
console.warn = () => {};
console.info = () => {};
const { Provider } = await import("oidc-provider").catch(() => {
  console.error("oidc-provider is not installed: npm ci");
  process.exit(1);
});

const EMAIL_CLAIMS = ["email", "email_verified"];
const PROFILE_CLAIMS = ["given_name", "family_name", "name", "nickname", "picture", "preferred_username"];
const WEEK = 7 * 24 * 3600;

const keys = [signingKey("rsa", { modulusLength: 2048 }, "RS256"), signingKey("ec", { namedCurve: "P-256" }, "ES256")];
const realms = new Map();

const commands = { open, clients, accounts: change("accounts"), answers: change("answers"), close };
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(JSON.parse(line)).catch((error) => ({ error: String(error.stack ?? error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);

async function obey(command) {
  const known = commands[command.do];
  if (!known) throw new Error(`no such command: ${command.do}`);
  return known(command);
}

function signingKey(kind, options, alg) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: "jwk" }), kid: alg.toLowerCase(), alg, use: "sig" };
}

// ---- commands ----------------------------------------------------------------------------------------------------

async function open({ host = "127.0.0.1", accounts = {}, answers = {}, ...habits }) {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const issuer = `http://${host}:${server.address().port}`;
  const realm = { server, accounts, answers, stored: new Map(), refresh: habits.refresh ?? "rotate" };
  const provider = new Provider(issuer, configuration(realm, habits));
  provider.on("server_error", (_ctx, error) => console.error(`${issuer}: ${error.stack}`));
  provider.use((ctx, next) => inOtherWords(ctx, next, realm));
  provider.use((ctx, next) => interact(ctx, next, provider, realm));
  server.on("request", provider.callback());
  realms.set(issuer, realm);
  return clients({ issuer, clients: habits.clients ?? [] });
}

async function clients({ issuer, clients }) {
  const { refresh, stored } = find(issuer);
  const grants = refresh === "none" ? ["authorization_code"] : ["authorization_code", "refresh_token"];
  const memory = new Memory("Client", stored);
  for (const client of clients) await memory.upsert(client.client_id, { grant_types: grants, ...client });
  return { issuer };
}

function change(member) {
  return async (command) => {
    find(command.issuer)[member] = command[member];
    return {};
  };
}

async function close({ issuer }) {
  const { server } = find(issuer);
  realms.delete(issuer);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return {};
}

function find(issuer) {
  const realm = realms.get(issuer);
  if (!realm) throw new Error(`no such issuer: ${issuer}`);
  return realm;
}

// ---- what the provider is told ------------------------------------------------------------------------------------

function configuration(realm, habits) {
  const { tells = "userinfo", pkce = "offered", seconds = 3600, consent = false } = habits;
  if (pkce === "unknown") {
    const discovery = "/.well-known/openid-configuration";
    realm.answers = { [discovery]: { patch: { code_challenge_methods_supported: null } }, ...realm.answers };
  }
  return {
    adapter: (model) => new Memory(model, realm.stored),
    jwks: { keys },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    claims: { openid: ["sub", ...otherClaims(realm, habits)], email: EMAIL_CLAIMS, profile: PROFILE_CLAIMS },
    conformIdTokenClaims: tells === "userinfo",
    pkce: { required: () => pkce === "required" },
    issueRefreshToken: () => realm.refresh !== "none",
    rotateRefreshToken: realm.refresh === "rotate",
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"] },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: tells !== "id_token" } },
    ttl: { AccessToken: seconds, IdToken: 3600, RefreshToken: WEEK, Interaction: 3600, Session: WEEK, Grant: WEEK },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => findAccount(realm, sub),
    renderError,
    ...(consent ? {} : { loadExistingGrant: consentTakenForGiven }),
  };
}

function otherClaims({ accounts }, { claims = [] }) {
  const all = [...claims, ...Object.values(accounts).flatMap(Object.keys)];
  return [...new Set(all)].filter((name) => ![...EMAIL_CLAIMS, ...PROFILE_CLAIMS, "sub"].includes(name));
}

function findAccount({ accounts }, sub) {
  const found = Object.entries(accounts).find(([name, claims]) => (claims.sub ?? name) === sub);
  return found && { accountId: sub, claims: () => ({ ...found[1], sub }) };
}

async function consentTakenForGiven(ctx) {
  const { client, session, provider, params } = ctx.oidc;
  if (!session.accountId) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant = known
    ? await provider.Grant.find(known)
    : new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

function renderError(ctx, out) {
  ctx.type = "html";
  ctx.body = page("Error", Object.entries(out).map(([name, value]) => `<p>${escape(name)}: ${escape(value)}</p>`).join(""));
}

// ---- what the tests have it say instead ---------------------------------------------------------------------------

async function inOtherWords(ctx, next, { answers }) {
  const { status, body, patch } = answers[ctx.path] ?? {};
  if (body === undefined) await next();
  else ctx.body = body;
  if (patch) ctx.body = without({ ...ctx.body, ...patch });
  if (status) ctx.status = status;
}

function without(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

// ---- its pages ----------------------------------------------------------------------------------------------------

async function interact(ctx, next, provider, realm) {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { prompt, params, grantId, session } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method !== "POST") return show(ctx, prompt.name, params.client_id);
  const form = await readForm(ctx.req);
  if (form.get("answer") === "deny") {
    const refusal = { error: "access_denied", error_description: "the person said no" };
    return goOn(ctx, provider, refusal);
  }
  if (prompt.name === "consent") {
    const grant = (await provider.Grant.find(grantId))
      ?? new provider.Grant({ clientId: params.client_id, accountId: session.accountId });
    grant.addOIDCScope(params.scope);
    return goOn(ctx, provider, { consent: { grantId: await grant.save() } });
  }
  const claims = realm.accounts[form.get("account")];
  if (!claims || !form.get("password")) return show(ctx, prompt.name, params.client_id, "Unknown account");
  return goOn(ctx, provider, { login: { accountId: claims.sub ?? form.get("account") } });
}

async function goOn(ctx, provider, result) {
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  ctx.status = 303;
}

function show(ctx, prompt, client, complaint = "") {
  const fields = prompt === "login"
    ? `<p><label>Account <input name="account" autocomplete="username" required></label></p>
       <p><label>Password <input name="password" type="password" required></label></p>`
    : "";
  const title = prompt === "login" ? `Log in to go on to ${client}` : `May ${client} know who you are?`;
  ctx.status = complaint ? 401 : 200;
  ctx.type = "html";
  ctx.body = page(title, `<p role="alert">${escape(complaint)}</p>
    <form method="post">${fields}
      <button name="answer" value="allow">${prompt === "login" ? "Log in" : "Allow"}</button>
      <button name="answer" value="deny" formnovalidate>Cancel</button>
    </form>`);
}

function page(title, content) {
  // The empty icon keeps browsers from asking for one.
  return `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
    <title>${escape(title)}</title><h1>${escape(title)}</h1>${content}</html>`;
}

async function readForm(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return new URLSearchParams(text);
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
