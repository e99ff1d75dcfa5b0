#include "bert/text/tokenizer/tokenizer_files.h"

#include <algorithm>

#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "bert/text/tokenizer/tokenizer_json.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

using io::Json;
using io::JsonPlace;

constexpr const char* rules_key = "bertlet_rules";

struct Role {
  const char* key;
  std::string SpecialTokens::*name;
};
constexpr Role roles[] = {{"unk_token", &SpecialTokens::unknown},
                          {"cls_token", &SpecialTokens::cls},
                          {"sep_token", &SpecialTokens::sep},
                          {"pad_token", &SpecialTokens::pad},
                          {"mask_token", &SpecialTokens::mask}};

void add_if_new(AddedToken token, TokenizerOptions& options) {
  if (std::ranges::find(options.added, token.content, &AddedToken::content) == options.added.end())
    options.added.push_back(std::move(token));
}

void read_special(const JsonPlace& root, TokenizerOptions& options) {
  for (const Role& role : roles)
    if (root.has(role.key)) options.special.*role.name = added_token(root[role.key]).content;
  if (!root.has("additional_special_tokens")) return;
  const JsonPlace more = root["additional_special_tokens"];
  for (std::size_t i = 0; i < more.size(); ++i) add_if_new(added_token(more[i]), options);
}

// {"103": {"content": "[MASK]", …}, …}: in the order of the ids.
void read_added_decoder(const JsonPlace& decoder, TokenizerOptions& options) {
  std::vector<std::string> ids = decoder.keys();
  std::ranges::sort(ids, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  for (const std::string& id : ids) options.added.push_back(added_token(decoder[id]));
}

void read_text(const JsonPlace& root, TextOptions& options) {
  options.rules = root.string_or(rules_key, "huggingface") == "google" ? Rules::google : Rules::huggingface;
  options.lower_case = root.boolean_or("do_lower_case", options.lower_case);
  options.chinese = root.boolean_or("tokenize_chinese_chars", options.chinese);
  options.basic = root.boolean_or("do_basic_tokenize", true);
  if (root.has("strip_accents")) options.strip_accents = root["strip_accents"].boolean();
}

void read_config(const JsonPlace& root, TokenizerOptions& options) {
  read_text(root, options.text);
  options.huggingface_class = root.string_or("tokenizer_class", options.huggingface_class);
  if (root.has("never_split"))
    for (std::size_t i = 0; i < root["never_split"].size(); ++i)
      options.never_split.push_back(root["never_split"][i].string());
  if (root.has("added_tokens_decoder")) read_added_decoder(root["added_tokens_decoder"], options);
  read_special(root, options);
  // "No limit" is written as a number with thirty digits.
  if (root.has("model_max_length"))
    options.max_length = static_cast<int64_t>(std::clamp(root["model_max_length"].number(), 0.0, 1e15));
}

// {"token": id, …}, beside vocab.txt in old directories.
void read_added_tokens(const JsonPlace& root, TokenizerOptions& options) {
  std::vector<std::pair<int64_t, std::string>> by_id;
  for (const std::string& token : root.keys()) by_id.emplace_back(root[token].integer(), token);
  std::ranges::sort(by_id);
  for (const auto& entry : by_id) add_if_new({.content = entry.second, .special = false, .normalized = true}, options);
}

template <class F>
void if_there(const std::filesystem::path& file, const F& read) {
  if (!std::filesystem::exists(file)) return;
  const io::JsonDocument document = io::read_json(io::verified(file));
  read(document.root());
}

bool has_role(const AddedToken& token, const SpecialTokens& special) {
  return std::ranges::any_of(roles, [&](const Role& role) { return special.*role.name == token.content; });
}

Json special_json(const Tokenizer& tokenizer) {
  Json special = Json::object();
  for (const Role& role : roles) special[role.key] = tokenizer.options().special.*role.name;
  for (const AddedToken& token : tokenizer.options().added)
    if (token.special && !has_role(token, tokenizer.options().special))
      special["additional_special_tokens"].push_back(token.content);
  return special;
}

Json config_json(const Tokenizer& tokenizer) {
  const TokenizerOptions& options = tokenizer.options();
  Json config{{"tokenizer_class", options.huggingface_class},
              {"do_lower_case", options.text.lower_case},
              {"tokenize_chinese_chars", options.text.chinese},
              {"strip_accents", options.text.strip_accents ? Json(*options.text.strip_accents) : Json()},
              {"model_max_length", options.max_length},
              {"clean_up_tokenization_spaces", true},
              {"added_tokens_decoder", Json::object()}};
  config.update(special_json(tokenizer));
  for (const AddedToken& token : added_tokens_of(tokenizer))
    config["added_tokens_decoder"][std::to_string(tokenizer.vocabulary().id(token.content))] = json_of(token);
  if (!options.never_split.empty()) config["never_split"] = options.never_split;
  if (!options.text.basic) config["do_basic_tokenize"] = false;
  if (options.text.rules == Rules::google) config[rules_key] = "google";
  return config;
}

}  // namespace

Tokenizer read_tokenizer(const std::filesystem::path& directory) {
  TokenizerParts parts;
  const bool has_json = std::filesystem::exists(directory / "tokenizer.json");
  if_there(directory / "tokenizer.json", [&](const JsonPlace& root) { parts = parse_tokenizer_json(root); });
  if_there(directory / "tokenizer_config.json", [&](const JsonPlace& root) { read_config(root, parts.options); });
  if_there(directory / "special_tokens_map.json", [&](const JsonPlace& root) { read_special(root, parts.options); });
  if_there(directory / "added_tokens.json", [&](const JsonPlace& root) { read_added_tokens(root, parts.options); });
  if (!has_json) parts.vocabulary = Vocabulary::read(io::verified(directory / "vocab.txt"), parts.options.text.rules);
  if (parts.lower_case_first) add_lower_case(parts.options.text);
  return Tokenizer(std::move(parts.vocabulary), std::move(parts.options));
}

void add_lower_case(TextOptions& options) {
  if (options.lower_case) return;
  options.strip_accents = options.strips();
  options.lower_case = true;
}

void write_tokenizer(const Tokenizer& tokenizer, const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  const auto write = [&](const char* name, const Json& json) { io::write_file(directory / name, json.dump(2) + "\n"); };
  tokenizer.vocabulary().write(directory / "vocab.txt");
  write("tokenizer.json", tokenizer_json(tokenizer));
  write("tokenizer_config.json", config_json(tokenizer));
  write("special_tokens_map.json", special_json(tokenizer));
}

}  // namespace bertlet::text
