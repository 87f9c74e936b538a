// Logs in as a person would, from /login: by the provider's button, or with a password.
//
//   node login.mjs BASE_URL PICTURE.png '{"button": "text", "account": "name"}'
//   node login.mjs BASE_URL PICTURE.png '{"email": "...", "password": "..."}'
//
// "javascript": false switches scripts off. Prints {"landed": the URL in the end, "status": and "body": of GET /users/me from
// there, "requests": ...}, as drive.mjs tells; exit 2 for wrong arguments. The picture is of /login.

import { drive } from "./drive.mjs";

const WISH = "/swagger/";

const [baseUrl, screenshot, told] = process.argv.slice(2);
if (!baseUrl || !screenshot || !told) {
  console.error("usage: node login.mjs BASE_URL PICTURE.png JSON");
  process.exit(2);
}
const { button, account, email, password, javascript = true } = JSON.parse(told);

await drive({ javaScriptEnabled: javascript, viewport: { width: 1280, height: 900 } }, async (page) => {
  await page.goto(new URL(`/login?redirect=${encodeURIComponent(WISH)}`, baseUrl).href);
  await page.screenshot({ path: screenshot });
  if (button) await useButton(page);
  else await usePassword(page);
  await page.waitForURL(new URL(WISH, baseUrl).href, { waitUntil: "load" });
  const landed = page.url();
  // Opened as a page, so that it needs no script and carries the session as any page does.
  const answer = await page.goto(new URL("/api/v2/users/me", baseUrl).href);
  return { landed, status: answer.status(), body: await answer.json() };
});

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
