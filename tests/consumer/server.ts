/** A static server for one folder, and for pages that are not in it. */
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

/** One HTML page. */
export interface Page {
  readonly html: string;
  /** Its Content-Security-Policy. */
  readonly policy?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
};

async function answer(response: ServerResponse, path: string, folder: string): Promise<void> {
  try {
    const body = await readFile(join(folder, normalize(path)));
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

function answerPage(response: ServerResponse, { html, policy }: Page): void {
  response.setHeader("content-type", "text/html; charset=utf-8");
  if (policy !== undefined) response.setHeader("content-security-policy", policy);
  response.end(html);
}

/** Serves on a free port of this machine only. */
export async function serve(folder: string, pages: ReadonlyMap<string, Page>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    const page = pages.get(path);
    if (page !== undefined) answerPage(response, page);
    else if (path === "/favicon.ico") response.writeHead(204).end();
    else void answer(response, path, folder);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

/** @throws Error when the server does not listen. */
export function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("server: no port");
  return `http://127.0.0.1:${address.port}`;
}
