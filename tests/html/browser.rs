//! A headless Chromium, driven over a pipe: the DevTools protocol as JSON, each message ended by NUL. It needs neither
//! a port nor a websocket. What the page complains of is collected, and asked for with [`Tab::complaints`].

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

/// The names that Chromium goes by; `NIANBAO_CHROMIUM` names another.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser with one tab. It ends with the value.
pub struct Tab {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    next: u64,
    session: String,
    complaints: Vec<String>,
    /// The document that was loaded last.
    loaded: Value,
    _profile: tempfile::TempDir,
}

impl Tab {
    /// Starts a browser; none where there is none to start. That is a failure where `NIANBAO_REQUIRE_CHROMIUM` is set.
    pub fn new() -> Option<Tab> {
        let named = std::env::var("NIANBAO_CHROMIUM").ok();
        let names = named.iter().map(String::as_str).chain(NAMES);
        let found = names.into_iter().find(|name| {
            let version = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        });
        let Some(program) = found else {
            assert!(
                std::env::var_os("NIANBAO_REQUIRE_CHROMIUM").is_none(),
                "NIANBAO_REQUIRE_CHROMIUM is set, and there is no Chromium"
            );
            println!("skipped: no Chromium is installed, so summary.html was not opened");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // Chromium speaks on its descriptors 3 and 4; a shell puts our pipes there.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >&2"#, program])
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--hide-scrollbars"])
            .args(["--disable-background-networking", "--disable-component-update", "--lang=en-US"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let mut pipe = BufReader::new(child.stdout.take().unwrap());
        let (send, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while pipe.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { break };
                if send.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut tab = Tab {
            child,
            to,
            from,
            next: 0,
            session: String::new(),
            complaints: Vec::new(),
            loaded: Value::Null,
            _profile: profile,
        };
        let target = tab.call("Target.createTarget", json!({"url": "about:blank"}));
        let session =
            tab.call("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}))["sessionId"]
                .clone();
        tab.session = session.as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab.call("Page.setLifecycleEventsEnabled", json!({"enabled": true}));
        Some(tab)
    }

    /// Opens the file, and waits until it is loaded.
    pub fn open(&mut self, path: &Path, hash: &str) {
        self.complaints.clear();
        // A step to the same page with another hash alone would load nothing.
        self.next += 1;
        let url = format!("file://{}?{}{hash}", path.canonicalize().unwrap().display(), self.next);
        let answer = self.call("Page.navigate", json!({"url": url}));
        assert!(answer["errorText"].is_null(), "{url}: {answer}");
        let start = Instant::now();
        while answer["loaderId"] != self.loaded {
            assert!(start.elapsed() < PATIENCE, "{url} is not loaded");
            self.listen(PATIENCE);
        }
    }

    /// What the page complained of since it was opened: errors, exceptions, what its policy refused, and every request
    /// but that for the page itself.
    pub fn complaints(&mut self) -> Vec<String> {
        // What was reported last is still on its way.
        self.eval("new Promise((done) => setTimeout(done, 50))");
        std::mem::take(&mut self.complaints)
    }

    /// The value of an expression in the page.
    pub fn eval(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}),
        );
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// The text of the first element that `selector` finds.
    pub fn text(&mut self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({})?.textContent", json!(selector)));
        text.as_str().unwrap_or_else(|| panic!("{selector} finds nothing")).to_owned()
    }

    /// How many elements that can be seen `selector` finds.
    pub fn count(&mut self, selector: &str) -> u64 {
        let selector = json!(selector);
        let seen = "(e) => e.getClientRects().length > 0";
        self.eval(&format!("[...document.querySelectorAll({selector})].filter({seen}).length")).as_u64().unwrap()
    }

    /// Clicks in the middle of an element with the mouse, once it is in sight.
    pub fn click(&mut self, selector: &str) {
        let found = self.eval(&format!(
            "(() => {{ const e = document.querySelector({}); if (!e) return null;
                e.scrollIntoView({{block: 'center', inline: 'center'}});
                const r = e.getClientRects()[0]; return [r.left + r.width / 2, r.top + r.height / 2]; }})()",
            json!(selector)
        ));
        assert!(found.is_array(), "{selector} finds nothing to click");
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": found[0], "y": found[1], "button": "left", "clickCount": 1}),
            );
        }
    }

    /// Presses a key: `Tab`, `Shift+Tab`, `Enter`, `Escape`, `ArrowDown`, `Home`, ...
    pub fn press(&mut self, key: &str) {
        let (key, modifiers) = match key.strip_prefix("Shift+") {
            Some(key) => (key, 8),
            None => (key, 0),
        };
        let codes: HashMap<&str, u32> = HashMap::from([
            ("Tab", 9),
            ("Enter", 13),
            ("Escape", 27),
            (" ", 32),
            ("End", 35),
            ("Home", 36),
            ("ArrowLeft", 37),
            ("ArrowUp", 38),
            ("ArrowRight", 39),
            ("ArrowDown", 40),
        ]);
        let mut event = json!({"type": "keyDown", "key": key, "code": key, "modifiers": modifiers,
                               "windowsVirtualKeyCode": codes[key]});
        if key == "Enter" {
            event["text"] = "\r".into();
        }
        self.call("Input.dispatchKeyEvent", event.clone());
        event["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", event);
    }

    /// Types into what has the focus.
    pub fn type_in(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// The size of the window, and whether the reader likes it dark.
    pub fn window(&mut self, width: u32, height: u32, dark: bool) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// Calls a method of the protocol; its result.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"id": id, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = self.session.as_str().into();
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < PATIENCE, "no answer to {method}");
            if let Some(answer) = self.listen(PATIENCE)
                && answer["id"] == id
            {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// Takes the next message, if one comes in time; notes what the page complains of.
    fn listen(&mut self, patience: Duration) -> Option<Value> {
        let message = match self.from.recv_timeout(patience) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("Chromium ended: {:?}", self.child.try_wait()),
        };
        let params = &message["params"];
        match message["method"].as_str().unwrap_or("") {
            "Page.lifecycleEvent" if params["name"] == "load" => self.loaded = params["loaderId"].clone(),
            "Runtime.exceptionThrown" => self.complaints.push(params["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" => self.complaints.push(params.to_string()),
            "Log.entryAdded" => self.complaints.push(params["entry"].to_string()),
            "Network.requestWillBeSent" if params["type"] != "Document" => {
                self.complaints.push(format!("asks for {}", params["request"]["url"]));
            }
            _ => {}
        }
        Some(message)
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        // The shell became the browser: its children end with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
