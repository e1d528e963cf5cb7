//! `#[on_each_engine]`: one test in the source, two in the report, one on each engine.
//!
//! A suite that is compiled as one program for each engine takes twice as long to compile as the suite itself;
//! here the body is compiled once, and told at run time which engine to take.

use proc_macro::TokenStream;
use quote::quote;
use syn::parse::Nothing;
use syn::{Error, ItemFn, LitInt, parse_macro_input};

/// Makes a test for each engine from an `async fn` without arguments: `name::on_sqlite` and `name::on_postgres`.
/// With a number, as in `#[on_each_engine(2)]`, it runs on so many threads; without, on one.
///
/// The crate that uses it has `crate::support::engine::run_on`, which takes the engine (`crate::support::Engine`),
/// the number of threads if there is one, and the function.
#[proc_macro_attribute]
pub fn on_each_engine(threads: TokenStream, item: TokenStream) -> TokenStream {
    let threads = if threads.is_empty() {
        let Nothing = parse_macro_input!(threads as Nothing);
        quote!(None)
    } else {
        let number = parse_macro_input!(threads as LitInt);
        quote!(Some(#number))
    };
    let test = parse_macro_input!(item as ItemFn);
    make_tests(&threads, &test).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn make_tests(threads: &proc_macro2::TokenStream, test: &ItemFn) -> syn::Result<proc_macro2::TokenStream> {
    let signature = &test.sig;
    if signature.asyncness.is_none() || !signature.inputs.is_empty() {
        return Err(Error::new_spanned(signature, "a test on each engine is an async fn without arguments"));
    }
    let (name, attributes) = (&signature.ident, &test.attrs);
    Ok(quote! {
        #test

        #(#attributes)*
        mod #name {
            use crate::support::{Engine, engine::run_on};

            #[test]
            fn on_sqlite() {
                run_on(Engine::Sqlite, #threads, super::#name);
            }

            #[cfg(target_os = "linux")]
            #[test]
            fn on_postgres() {
                run_on(Engine::Postgres, #threads, super::#name);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(source: &str) -> syn::Result<String> {
        let test = syn::parse_str(source).expect("a function");
        Ok(make_tests(&quote!(None), &test)?.to_string())
    }

    #[test]
    fn a_test_is_made_for_each_engine_and_its_body_is_there_once() {
        let made = make("async fn a_lost_password_is_found() { look_for_it().await }").expect("is made");
        assert_eq!(made.matches("look_for_it").count(), 1, "{made}");
        for engine in ["Engine :: Sqlite", "Engine :: Postgres"] {
            assert!(
                made.contains(&format!("run_on ({engine} , None , super :: a_lost_password_is_found)")),
                "{made}"
            );
        }
    }

    #[test]
    fn what_is_not_such_a_function_is_refused() {
        for source in ["fn waits_for_nothing() {}", "async fn wants_something(it: u8) {}"] {
            assert!(make(source).is_err(), "{source}");
        }
    }
}
