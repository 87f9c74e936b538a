//! Compares two operations: parameters, bodies, responses.

use super::finding::{Difference, Owner, Sides, Verdict};
use super::keywords::became;
use super::pairing::names_in;
use super::shapes::{GONE, Shapes};
use super::spot::Spot;
use crate::media::essence;
use crate::model::{Body, Header, Media, Operation, Parameter, Response};
use crate::schema::{Kind, Schema};

const MUST_SEND: &str = "requests without it are refused";

/// Compares what one operation was with what it is.
pub(super) struct Comparing<'s, 'a> {
    pub(super) shapes: &'s mut Shapes<'a>,
    pub(super) number: usize,
    pub(super) old: &'s Operation<'a>,
    pub(super) new: &'s Operation<'a>,
}

impl<'a> Comparing<'_, 'a> {
    pub(super) fn all(mut self, authentication: Option<Difference>) {
        authentication.into_iter().for_each(|difference| self.report("", Sides::BOTH, difference));
        self.names();
        self.parameters();
        self.bodies();
        self.responses();
    }

    fn report(&mut self, part: &str, sides: Sides, difference: Difference) {
        let spot = Spot::root(Owner::Operation(self.number), part, sides);
        self.shapes.report(&spot, difference);
    }

    fn value(&mut self, part: &str, sides: Sides, old: &Schema<'a>, new: &Schema<'a>) {
        let spot = Spot::root(Owner::Operation(self.number), part, sides);
        self.shapes.value(&spot, old, new);
    }

    /// What requests hold; of a webhook the server writes them.
    fn asked(&self) -> Sides {
        Sides::REQUESTS.turned(self.new.is_webhook)
    }

    fn names(&mut self) {
        let (was, is) = (self.old.id, self.new.id);
        if was != is {
            let breaks = Verdict::always("generated clients name their functions after it");
            let verdict = if was.is_some() { breaks } else { Verdict::HARMLESS };
            self.report("", Sides::BOTH, Difference::changed(became("operationId", was, is), verdict));
        }
        self.deprecation("", self.old.deprecated, self.new.deprecated);
    }

    fn deprecation(&mut self, part: &str, was: bool, is: bool) {
        if was != is {
            let what = if is { "deprecated now" } else { "deprecated no more" };
            self.report(part, Sides::BOTH, Difference::changed(what, Verdict::HARMLESS));
        }
    }

    fn parameters(&mut self) {
        let (was, is) = (&self.old.parameters, &self.new.parameters);
        let renamed: Vec<_> = names_in(self.old.path).into_iter().zip(names_in(self.new.path)).collect();
        let mut fresh: Vec<&Parameter<'a>> = is.iter().collect();
        let mut gone = Vec::new();
        for old in was {
            match fresh.iter().position(|new| is_same(old, new, &renamed)) {
                Some(at) => self.parameter(old, fresh.remove(at)),
                None => gone.push(old),
            }
        }
        for old in gone {
            match fresh.iter().position(|new| new.name == old.name && new.place != old.place) {
                Some(at) => self.moved(old, fresh.remove(at)),
                None => self.report(&label(old), self.asked(), Difference::removed("removed", GONE)),
            }
        }
        for new in fresh {
            let difference = match new.required {
                true => Difference::added("required parameter added", Verdict::in_requests(MUST_SEND)),
                false => Difference::added("added", Verdict::HARMLESS),
            };
            self.report(&label(new), self.asked(), difference);
        }
    }

    fn moved(&mut self, old: &Parameter<'a>, new: &Parameter<'a>) {
        let what = format!("is in the {} now, was in the {}", new.place, old.place);
        self.report(&label(new), self.asked(), Difference::changed(what, GONE));
        self.parameter(old, new);
    }

    fn parameter(&mut self, old: &Parameter<'a>, new: &Parameter<'a>) {
        let (part, sides) = (label(new), self.asked());
        self.deprecation(&part, old.deprecated, new.deprecated);
        self.presence(&part, sides, old.required, new.required);
        let is_compound = |schema: &Schema<'_>| matches!(schema.kind(), Some(Kind::Array | Kind::Object));
        let spells = is_compound(&old.schema) && is_compound(&new.schema) && old.place == new.place;
        if spells && old.spelling != new.spelling {
            let what = became("style", Some(&spelling(old)), Some(&spelling(new)));
            let verdict = Verdict::always("the same values are written in another way");
            self.report(&part, sides, Difference::changed(what, verdict));
        }
        self.value(&part, sides, &old.schema, &new.schema);
    }

    fn presence(&mut self, part: &str, sides: Sides, was: bool, is: bool) {
        match (was, is) {
            (false, true) => {
                self.report(
                    part,
                    sides,
                    Difference::changed("required now", Verdict::in_requests(MUST_SEND)),
                );
            }
            (true, false) => {
                let verdict = Verdict::in_responses("clients that rely on it may find nothing");
                self.report(part, sides, Difference::changed("optional now", verdict));
            }
            _ => {}
        }
    }

    fn bodies(&mut self) {
        const PART: &str = "request body";
        let sides = self.asked();
        match (&self.old.body, &self.new.body) {
            (None, None) => {}
            (Some(_), None) => self.report(PART, sides, Difference::removed("removed", GONE)),
            (None, Some(body)) if body.required => {
                let verdict = Verdict::in_requests(MUST_SEND);
                self.report(PART, sides, Difference::added("required body added", verdict));
            }
            (None, Some(_)) => self.report(PART, sides, Difference::added("added", Verdict::HARMLESS)),
            (Some(old), Some(new)) => {
                self.presence(PART, sides, old.required, new.required);
                self.forms(PART, sides, &forms(old), &forms(new));
            }
        }
    }

    /// The forms of one body, by media type.
    fn forms(&mut self, part: &str, sides: Sides, old: &[&Media<'a>], new: &[&Media<'a>]) {
        let is_any = |forms: &[&Media<'_>]| matches!(forms, [only] if only.media_type == "*/*");
        let is_same = |old: &Media<'_>, new: &Media<'_>| essence(old.media_type) == essence(new.media_type);
        let anything = is_any(old) || is_any(new);
        let partner = |form: &Media<'a>, others: &[&'_ Media<'a>]| {
            let same = others.iter().position(|other| is_same(form, other));
            same.or((anything && !others.is_empty()).then_some(0))
        };
        for form in old {
            match partner(form, new).and_then(|at| new.get(at)) {
                Some(other) => {
                    self.form(&form_label(part, form, old.len().max(new.len())), sides, form, other)
                }
                None => {
                    let what = format!("media type `{}` removed", form.media_type);
                    let verdict = Verdict {
                        request: Some("the server refuses bodies of this type"),
                        response: Some("clients that ask for this type do not get it"),
                    };
                    self.report(part, sides, Difference::removed(what, verdict));
                }
            }
        }
        for form in new.iter().filter(|form| partner(form, old).is_none()) {
            let what = format!("media type `{}` added", form.media_type);
            self.report(part, sides, Difference::added(what, Verdict::HARMLESS));
        }
    }

    fn form(&mut self, part: &str, sides: Sides, old: &Media<'a>, new: &Media<'a>) {
        match (&old.schema, &new.schema) {
            (Some(old), Some(new)) => self.value(part, sides, old, new),
            (None, None) => {}
            (None, Some(_)) => {
                self.report(part, sides, Difference::added("has a schema now", Verdict::NARROWED))
            }
            (Some(_), None) => {
                self.report(part, sides, Difference::removed("has no schema any more", Verdict::WIDENED));
            }
        }
    }

    fn responses(&mut self) {
        let (old, new) = (self.old, self.new);
        let find = |list: &'_ [Response<'a>], status: &str| {
            list.iter().position(|one| one.status.eq_ignore_ascii_case(status))
        };
        let answered = Sides::RESPONSES.turned(new.is_webhook);
        for response in &old.responses {
            let part = format!("response {}", response.status);
            match find(&new.responses, response.status).and_then(|at| new.responses.get(at)) {
                Some(other) => self.response(&part, answered, response, other),
                None => {
                    let breaks = Verdict::always("clients count on this answer");
                    let verdict = if is_failure(response.status) { Verdict::HARMLESS } else { breaks };
                    self.report(&part, answered, Difference::removed("removed", verdict));
                }
            }
        }
        for response in new.responses.iter().filter(|one| find(&old.responses, one.status).is_none()) {
            let part = format!("response {}", response.status);
            self.report(&part, answered, Difference::added("added", Verdict::HARMLESS));
        }
    }

    fn response(&mut self, part: &str, sides: Sides, old: &Response<'a>, new: &Response<'a>) {
        let (was, is): (Vec<_>, Vec<_>) = (old.media.iter().collect(), new.media.iter().collect());
        self.forms(part, sides, &was, &is);
        for header in &old.headers {
            let part = header_label(part, header);
            match new.headers.iter().find(|other| other.name.eq_ignore_ascii_case(header.name)) {
                Some(other) => self.value(&part, sides, &header.schema, &other.schema),
                None => self.report(&part, sides, Difference::removed("removed", GONE)),
            }
        }
        let is_known = |name: &str| old.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name));
        for header in new.headers.iter().filter(|header| !is_known(header.name)) {
            self.report(&header_label(part, header), sides, Difference::added("added", Verdict::HARMLESS));
        }
    }
}

/// Whether two parameters are one. Those in the path go by their position there, headers by any case.
fn is_same(old: &Parameter<'_>, new: &Parameter<'_>, renamed: &[(&str, &str)]) -> bool {
    if old.place != new.place {
        return false;
    }
    match old.place {
        "path" => {
            let is_in_path = renamed.iter().any(|(name, _)| *name == old.name);
            renamed.contains(&(old.name, new.name)) || (!is_in_path && old.name == new.name)
        }
        "header" => old.name.eq_ignore_ascii_case(new.name),
        _ => old.name == new.name,
    }
}

fn label(parameter: &Parameter<'_>) -> String {
    format!("parameter `{}` ({})", parameter.name, parameter.place)
}

fn spelling(parameter: &Parameter<'_>) -> String {
    let (style, explode) = parameter.spelling;
    format!("{style}{}", if explode { " (exploded)" } else { "" })
}

fn forms<'b, 'a>(body: &'b Body<'a>) -> Vec<&'b Media<'a>> {
    std::iter::once(&body.media).chain(&body.others).collect()
}

fn form_label(part: &str, form: &Media<'_>, count: usize) -> String {
    if count > 1 { format!("{part} ({})", form.media_type) } else { part.to_owned() }
}

fn header_label(part: &str, header: &Header<'_>) -> String {
    format!("{part}, header `{}`", header.name)
}

fn is_failure(status: &str) -> bool {
    status == "default" || status.starts_with(['4', '5'])
}
