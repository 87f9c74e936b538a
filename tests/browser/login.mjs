// Logs in as a person would, from /login: by the provider's button, or with a password.
//
//   node login.mjs BASE_URL PICTURE.png '{"button": "text", "account": "name"}'
//   node login.mjs BASE_URL PICTURE.png '{"email": "...", "password": "..."}'
//
// "javascript": false switches scripts off. Prints one line of JSON: {"landed": the URL in the end, "status": and "body": of
// GET /users/me from there, "requests": [every URL that the browser asked for]}. The picture is of /login.
// Anything unexpected, also an error in the console of any page, is told on standard error, with exit 1 (2 for wrong arguments).
// CHROMIUM names the browser; default is Debian's.

import { chromium } from "playwright-core";

const WISH = "/swagger/";
const TIMEOUT_MS = 30_000;

const [baseUrl, screenshot, told] = process.argv.slice(2);
if (!baseUrl || !screenshot || !told) {
  console.error("usage: node login.mjs BASE_URL PICTURE.png JSON");
  process.exit(2);
}
const { button, account, email, password, javascript = true } = JSON.parse(told);

const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
const browser = await chromium.launch({
  executablePath,
  timeout: TIMEOUT_MS,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
}).catch((error) => {
  console.error(`${executablePath} does not start: ${error.message}`);
  process.exit(1);
});

const requests = [];
const complaints = [];
try {
  const context = await browser.newContext({ javaScriptEnabled: javascript, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  page.on("request", (request) => {
    // Pictures inside a page are no requests to anyone.
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  // What the content security policy refuses is told here only.
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  try {
    await page.goto(new URL(`/login?redirect=${encodeURIComponent(WISH)}`, baseUrl).href);
    await page.screenshot({ path: screenshot });
    if (button) await useButton(page);
    else await usePassword(page);
    await page.waitForURL(new URL(WISH, baseUrl).href, { waitUntil: "load" });
    const landed = page.url();
    if (complaints.length > 0) throw new Error("a page raised errors");
    // Opened as a page, so that it needs no script and carries the session as any page does.
    const answer = await page.goto(new URL("/api/v2/users/me", baseUrl).href);
    console.log(JSON.stringify({ landed, status: answer.status(), body: await answer.json(), requests }));
  } catch (error) {
    const shown = await page.locator("body").innerText({ timeout: 1000 }).catch(() => "nothing");
    error.message += [
      "",
      `the page is ${page.url()} and shows: ${shown.slice(0, 2000)}`,
      ...complaints.map((complaint) => `error in a page: ${complaint}`),
    ].join("\n");
    throw error;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}

async function useButton(page) {
  await page.getByRole("link", { name: button, exact: true }).click();
  await page.getByLabel("Account").fill(account);
  await page.getByLabel("Password").fill("any");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
}

async function usePassword(page) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
