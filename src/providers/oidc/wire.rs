//! Requests to a provider: no redirects, and limits on the time and the size of an answer.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use oauth2::http::Response;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};

use crate::providers::http::{self, ANSWER_LIMIT};

/// Asks the provider.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    client: reqwest::Client,
    patience: Duration,
}

impl Wire {
    /// One that waits so long for a whole answer.
    pub(super) fn new(patience: Duration) -> Result<Self, String> {
        Ok(Self { client: http::client()?, patience })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let request = reqwest::Request::try_from(request).map_err(|error| self.trouble(error))?;
        let request = reqwest::RequestBuilder::from_parts(self.client.clone(), request);
        let answer = request.timeout(self.patience).send().await.map_err(|error| self.trouble(error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if status.is_redirection() {
            return Err(Trouble("it answered with a redirect, and none is followed".to_owned()));
        }
        let body = self.body(answer).await?;
        let mut whole = Response::new(body);
        *whole.status_mut() = status;
        *whole.headers_mut() = headers;
        Ok(whole)
    }

    async fn body(&self, mut answer: reqwest::Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.trouble(error))? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(Trouble(format!("its answer is larger than {ANSWER_LIMIT} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn trouble(&self, error: reqwest::Error) -> Trouble {
        if error.is_timeout() {
            return Trouble(format!("it did not answer within {:?}", self.patience));
        }
        // The URL is ours and says nothing new; what went wrong is at the end of the chain.
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        Trouble(text)
    }
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = Trouble;
    type Future = BoxFuture<'c, Result<HttpResponse, Trouble>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(super) struct Trouble(String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Trouble {}
