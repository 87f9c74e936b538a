// Drives Swagger UI as a person would: authorize with a token, open "Get users", try it out, read the answer.
//
//   node swagger.mjs BASE_URL SCREENSHOT.png TOKEN
//
// Prints one line of JSON: {"status": 200, "body": ..., "shown": the answer as the page shows it,
// "requests": [every URL that the browser asked for]}.
// Anything unexpected is told on standard error, with exit 1 (2 for wrong arguments).
// CHROMIUM names the browser; default is Debian's.

import { chromium } from "playwright-core";

const SCHEME = "CoderSessionToken";
const TAG = "Users";
const OPERATION = "get-users";
const PATH = "/api/v2/users";
const TIMEOUT_MS = 30_000;

const [baseUrl, screenshot, token] = process.argv.slice(2);
if (!baseUrl || !token || !screenshot) {
  console.error("usage: node swagger.mjs BASE_URL SCREENSHOT.png TOKEN");
  process.exit(2);
}

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

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  page.setDefaultTimeout(TIMEOUT_MS);
  const requests = [];
  const complaints = [];
  page.on("request", (request) => {
    // Pictures inside the style sheet are no requests to anyone.
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  // What the content security policy refuses is told here only.
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });

  try {
    const { status, body, shown } = await useSwagger(page);
    if (complaints.length > 0) throw new Error("the page raised errors");
    console.log(JSON.stringify({ status, body, shown, requests }));
  } catch (error) {
    const shown = await page.locator("#swagger-ui").innerText({ timeout: 1000 }).catch(() => "nothing");
    error.message += [
      "",
      `the page is ${page.url()} and shows: ${shown.slice(0, 2000)}`,
      ...complaints.map((complaint) => `error in the page: ${complaint}`),
    ].join("\n");
    throw error;
  } finally {
    await page.screenshot({ path: screenshot });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}

async function useSwagger(page) {
  await page.goto(new URL("/swagger/", baseUrl).href);
  await page.locator(".swagger-ui .opblock-tag").first().waitFor();

  await page.locator(".auth-wrapper .btn.authorize").first().click();
  const dialog = page.locator(".dialog-ux .modal-ux");
  // Each scheme has a form of its own, headed by the scheme's name.
  const heading = page.locator("h4 code", { hasText: new RegExp(`^${SCHEME}$`) });
  const form = dialog.locator("form").filter({ has: heading });
  await form.locator("input").first().fill(token);
  await form.locator("button[type=submit]").click();
  // The field gives way to a "Logout" button once the token is taken.
  await form.getByText("Logout").waitFor();
  await dialog.locator(".close-modal").click();
  await dialog.waitFor({ state: "detached" });

  const tag = page.locator(`.opblock-tag[data-tag="${TAG}"]`);
  if ((await tag.getAttribute("data-is-open")) !== "true") await tag.click();
  const operation = page.locator(`[id="operations-${TAG}-${OPERATION}"]`);
  await operation.locator(".opblock-summary-control").click();
  const tryOut = operation.locator(".try-out__btn");
  await tryOut.waitFor();
  // Where trying is switched on from the start, the same button would switch it off.
  if (!(await tryOut.getAttribute("class")).includes("cancel")) await tryOut.click();
  const answered = page.waitForResponse(
    (response) => new URL(response.url()).pathname === PATH && response.request().method() === "GET",
  );
  const [response] = await Promise.all([answered, operation.locator(".btn.execute").click()]);

  // What counts is what the reader sees: the live answer below the operation.
  const live = operation.locator(".live-responses-table tbody .response");
  await live.waitFor();
  await live.scrollIntoViewIfNeeded();
  const shown = (await live.locator(".response-col_status").innerText()).trim();
  if (!shown.startsWith(String(response.status()))) {
    throw new Error(`the server answered ${response.status()}, the page shows ${shown}`);
  }
  const text = await response.text();
  const body = text === "" ? null : JSON.parse(text);
  return { status: response.status(), body, shown: await live.innerText() };
}
