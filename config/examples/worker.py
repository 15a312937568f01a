#!/usr/bin/env python3
"""Runs external jobs: worker.py URL [KIND [LEASE_SECONDS]]. Here the work is to count the letters of the payload."""
import json, os, sys, time, urllib.error, urllib.request

server, kind, lease_seconds = (sys.argv[1:] + ["external", "30"][len(sys.argv) - 2:])[:3]

def call(method, path, body):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ.get("JOBCAST_TOKEN", "")}
    request = urllib.request.Request(server + path, json.dumps(body).encode(), headers, method=method)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer) if answer.status == 200 else None
        except OSError as trouble:  # refused by the server: up to the caller; not there, or not now: again
            if 400 <= getattr(trouble, "code", 503) < 500 and trouble.code != 429:
                raise
            time.sleep(1)

def work(payload, tell):
    for percent in (25, 50, 75):
        time.sleep(payload.get("seconds", 0) / 4)
        tell(progress=percent, message=f"Counted {percent} %")  # each report renews the lease
    return {"letters": sum(letter.isalpha() for letter in payload["text"])}

while True:
    claim = call("POST", "/api/jobs/claim", {"kinds": [kind], "worker": f"worker.py {os.getpid()}",
                                             "lease_seconds": float(lease_seconds), "wait_seconds": 30})
    if claim is None:
        continue  # nothing to do yet
    path, lease = "/api/jobs/" + claim["job"]["id"], {"lease": claim["lease"]}
    try:
        result = work(claim["job"]["payload"], lambda **told: call("PATCH", path, {**lease, **told}))
        call("PATCH", path, {**lease, "status": "completed", "result": result})
    except urllib.error.HTTPError as refusal:  # the job was cancelled, or the lease ran out
        print(refusal.read().decode(), file=sys.stderr)
    except Exception as error:
        call("PATCH", path, {**lease, "status": "failed", "error": repr(error)})
