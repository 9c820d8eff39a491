//! A visitor over HTTP: a connection that stays open, and a session's cookie.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Visitor {
    stream: TcpStream,
    answer: Vec<u8>,
    pub cookie: String,
}

impl Visitor {
    /// With a session of its own, filled.
    pub async fn new(address: &str) -> io::Result<Visitor> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut visitor = Visitor { stream, answer: Vec::with_capacity(8192), cookie: "".into() };
        let request = visitor.request("/fill");
        visitor.get(&request).await?;
        visitor.keep_cookie();
        Ok(visitor)
    }

    pub fn request(&self, path: &str) -> String {
        let cookie = &self.cookie;
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n")
    }

    /// The body of one answer. An error if it is not a 200.
    pub async fn get(&mut self, request: &str) -> io::Result<&str> {
        self.stream.write_all(request.as_bytes()).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::Error::other("the server closed the connection"));
            }
            let Some(head) = self.answer.windows(4).position(|end| end == b"\r\n\r\n") else {
                continue;
            };
            let text = String::from_utf8_lossy(&self.answer[..head]);
            if !text.starts_with("HTTP/1.1 200") {
                return Err(io::Error::other(text.lines().next().unwrap_or_default()));
            }
            let length = headers(&text, "content-length").next().and_then(|n| n.parse().ok());
            let end = head + 4 + length.unwrap_or(0);
            if self.answer.len() >= end {
                return std::str::from_utf8(&self.answer[head + 4..end]).map_err(io::Error::other);
            }
        }
    }

    /// Does what a browser does with the last answer's `Set-Cookie`.
    pub fn keep_cookie(&mut self) {
        let text = String::from_utf8_lossy(&self.answer);
        let pairs: Vec<_> = headers(&text, "set-cookie")
            .map(|line| line.split(';').next().unwrap().to_owned())
            .collect();
        if !pairs.is_empty() {
            self.cookie = pairs.join("; ");
        }
    }
}

fn headers<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().take_while(|line| !line.is_empty()).filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
