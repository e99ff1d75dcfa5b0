#pragma once
#include <nlohmann/json.hpp>

#include "bert/text/tokenizer/tokenizer.h"
#include "bert/text/unicode/utf8.h"

// Tokenizers for tests.
namespace text = bertlet::text;

using Strings = std::vector<std::string>;

text::TextOptions cased();
text::TextOptions google(bool lower_case = true);
text::Tokenizer toy(Strings vocabulary, const text::TextOptions& options = {});

// "uncased" or "cased", as published; nothing where the files are not there.
std::optional<text::Tokenizer> published(const std::string& name, const text::TextOptions& options = {});

// What a text is before it meets a vocabulary.
std::string normal(std::string_view text, const text::TextOptions& options = {});
Strings words(std::string_view text, const text::TextOptions& options = {});

Strings names(const text::Tokenizer& tokenizer, const std::vector<int64_t>& ids);
Strings tokens(const text::Tokenizer& tokenizer, std::string_view text);                      // without [CLS] and [SEP]
Strings pieces(const text::Vocabulary& vocabulary, std::string_view words, int64_t longest);  // at spaces

text::Span span(const nlohmann::json& pair);
std::vector<text::Span> spans(const nlohmann::json& pairs);
