#include "bert/text/tokenizer/tokenizer_json.h"

#include <algorithm>
#include <map>

#include "core/mapped.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

using io::Json;
using io::JsonPlace;

void require_type(const JsonPlace& place, std::string_view type) {
  if (place["type"].string() != type) place["type"].refuse(fmt::format("\"{}\"", type));
}

void read_bert_normalizer(const JsonPlace& normalizer, TextOptions& options) {
  require_type(normalizer, "BertNormalizer");
  options.clean = normalizer.boolean_or("clean_text", true);
  options.chinese = normalizer.boolean_or("handle_chinese_chars", true);
  options.lower_case = normalizer.boolean_or("lowercase", true);
  if (normalizer.has("strip_accents")) options.strip_accents = normalizer["strip_accents"].boolean();
}

// Lowercase and BertNormalizer, as sentence-transformers has it in front of a cased model.
void read_normalizers(const JsonPlace& list, TokenizerParts& parts) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i]["type"].string() == "Lowercase")
      parts.lower_case_first = true;
    else
      read_bert_normalizer(list[i], parts.options.text);
}

void read_normalizer(const JsonPlace& root, TokenizerParts& parts) {
  TextOptions& options = parts.options.text;
  if (!root.has("normalizer")) {
    options.clean = options.chinese = options.lower_case = false;
    return;
  }
  const JsonPlace normalizer = root["normalizer"];
  if (normalizer.string_or("type", "") == "Sequence") return read_normalizers(normalizer["normalizers"], parts);
  read_bert_normalizer(normalizer, options);
}

// "single": [{"SpecialToken": {"id": "[CLS]", …}}, {"Sequence": …}, {"SpecialToken": {"id": "[SEP]", …}}]
void read_template(const JsonPlace& single, SpecialTokens& special) {
  if (single.size() != 3) single.refuse("[CLS], a text and [SEP]");
  special.cls = single[std::size_t{0}]["SpecialToken"]["id"].string();
  special.sep = single[std::size_t{2}]["SpecialToken"]["id"].string();
}

void read_processor(const JsonPlace& root, SpecialTokens& special) {
  if (!root.has("post_processor")) return;
  const JsonPlace processor = root["post_processor"];
  if (processor["type"].string() == "TemplateProcessing") return read_template(processor["single"], special);
  require_type(processor, "BertProcessing");
  special.cls = processor["cls"][std::size_t{0}].string();
  special.sep = processor["sep"][std::size_t{0}].string();
}

// Ids must be 0, 1, 2, …: those of the model's vocabulary and those of the added tokens together.
Vocabulary vocabulary_of(const std::map<int64_t, std::string>& by_id, const JsonPlace& root) {
  std::vector<std::string> tokens;
  for (const auto& [id, token] : by_id) {
    if (id != std::ssize(tokens)) root.refuse(fmt::format("an id {} in its vocabulary", tokens.size()));
    tokens.push_back(token);
  }
  return Vocabulary(std::move(tokens));
}

Json special_token(const std::string& token, int type) {
  return {{"SpecialToken", {{"id", token}, {"type_id", type}}}};
}

Json text_of(const char* name, int type) { return {{"Sequence", {{"id", name}, {"type_id", type}}}}; }

Json processor_json(const Tokenizer& tokenizer) {
  const auto& [unknown, cls, sep, pad, mask] = tokenizer.options().special;
  Json ids = Json::object();
  for (const std::string& token : {cls, sep})
    ids[token] = {
        {"id", token}, {"ids", Json::array({tokenizer.vocabulary().id(token)})}, {"tokens", Json::array({token})}};
  const Json single = Json::array({special_token(cls, 0), text_of("A", 0), special_token(sep, 0)});
  Json pair = single;
  pair.push_back(text_of("B", 1));
  pair.push_back(special_token(sep, 1));
  return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", ids}};
}

Json normalizer_json(const TextOptions& options) {
  return {{"type", "BertNormalizer"},
          {"clean_text", options.clean},
          {"handle_chinese_chars", options.chinese},
          {"strip_accents", options.strip_accents ? Json(*options.strip_accents) : Json()},
          {"lowercase", options.lower_case}};
}

Json model_json(const Tokenizer& tokenizer) {
  Json vocabulary = Json::object();
  for (const std::string& token : tokenizer.vocabulary().tokens()) vocabulary[token] = tokenizer.vocabulary().id(token);
  return {{"type", "WordPiece"},
          {"unk_token", tokenizer.options().special.unknown},
          {"continuing_subword_prefix", "##"},
          {"max_input_chars_per_word", *tokenizer.options().longest_word},
          {"vocab", vocabulary}};
}

}  // namespace

AddedToken added_token(const JsonPlace& place) {
  if (place.is_string()) return {.content = place.string()};
  return {.content = place["content"].string(),
          .special = place.boolean_or("special", true),
          .single_word = place.boolean_or("single_word", false),
          .lstrip = place.boolean_or("lstrip", false),
          .rstrip = place.boolean_or("rstrip", false),
          .normalized = place.boolean_or("normalized", false)};
}

Json json_of(const AddedToken& token) {
  return {{"content", token.content}, {"special", token.special}, {"single_word", token.single_word},
          {"lstrip", token.lstrip},   {"rstrip", token.rstrip},   {"normalized", token.normalized}};
}

std::vector<AddedToken> added_tokens_of(const Tokenizer& tokenizer) {
  const SpecialTokens& special = tokenizer.options().special;
  std::map<int64_t, AddedToken> by_id;
  for (const std::string& token : {special.pad, special.unknown, special.cls, special.sep, special.mask})
    if (const auto id = tokenizer.vocabulary().find(token)) by_id[*id] = {.content = token};
  for (const AddedToken& token : tokenizer.options().added) by_id[tokenizer.vocabulary().id(token.content)] = token;
  return mapped(by_id, [](const auto& item) { return item.second; });
}

TokenizerParts parse_tokenizer_json(const JsonPlace& root) {
  const JsonPlace model = root["model"];
  require_type(model, "WordPiece");
  if (model.string_or("continuing_subword_prefix", "##") != "##") model["continuing_subword_prefix"].refuse("\"##\"");
  if (root.has("pre_tokenizer")) require_type(root["pre_tokenizer"], "BertPreTokenizer");

  TokenizerParts parts;
  read_normalizer(root, parts);
  parts.options.special.unknown = model.string_or("unk_token", "[UNK]");
  read_processor(root, parts.options.special);
  parts.options.longest_word = model.integer_or("max_input_chars_per_word", 100);

  std::map<int64_t, std::string> by_id;
  const JsonPlace vocabulary = model["vocab"];
  for (const std::string& token : vocabulary.keys()) {
    const std::string& other = by_id.try_emplace(vocabulary[token].integer(), token).first->second;
    if (other != token) vocabulary[token].refuse(fmt::format("an id that '{}' does not have", other));
  }
  if (root.has("added_tokens"))
    for (std::size_t i = 0; i < root["added_tokens"].size(); ++i) {
      const JsonPlace token = root["added_tokens"][i];
      parts.options.added.push_back(added_token(token));
      by_id.try_emplace(token["id"].integer(), token["content"].string());
    }
  parts.vocabulary = vocabulary_of(by_id, root);
  return parts;
}

Json tokenizer_json(const Tokenizer& tokenizer) {
  Json added = Json::array();
  for (const AddedToken& token : added_tokens_of(tokenizer)) {
    added.push_back(json_of(token));
    added.back()["id"] = tokenizer.vocabulary().id(token.content);
  }
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added},
          {"normalizer", normalizer_json(tokenizer.options().text)},
          {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
          {"post_processor", processor_json(tokenizer)},
          {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
          {"model", model_json(tokenizer)}};
}

}  // namespace bertlet::text
