#include "bert/heads/sentence_encoder.h"

#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

bert::Config small() {
  return bert::parse_config(R"({"vocab_size": 9, "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2,
    "intermediate_size": 8, "max_position_embeddings": 12, "initializer_range": 0.5})",
                            "config");
}

void write_model(const fs::path& directory) {
  bert::Model model(small());
  Parameters parameters = parameters_of(model);
  initialise(parameters, small(), 3);
  save_model(directory, small(), parameters, io::real_type);
  write_tokenizer(
      text::Tokenizer(text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "A", "##b"})),
      directory);
}

void write_at(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  io::write_file(file, bytes);
}

std::string modules(std::initializer_list<const char*> types) {
  io::Json list = io::Json::array();
  for (const char* type : types) {
    const std::string path = std::string(type) == "Transformer" ? "" : fmt::format("{}_{}", list.size(), type);
    list.push_back({{"path", path}, {"type", fmt::format("sentence_transformers.models.{}", type)}});
  }
  return list.dump();
}

Array vectors_of(const bert::SentenceEncoder& encoder, std::initializer_list<const char*> texts) {
  std::vector<text::Encoding> encodings;
  for (const char* text : texts) encodings.push_back(encoder.encode(text));
  return encoder.vectors(encodings);
}

void check_near(real got, double want) { CHECK(static_cast<double>(got) == Catch::Approx(want).margin(1e-5)); }

}  // namespace

TEST_CASE("a directory without modules.json gives the mean of its tokens", "[sentences]") {
  const Scratch scratch;
  write_model(scratch.path());
  const bert::SentenceEncoder encoder(scratch.path());
  CHECK(encoder.remarks().empty());
  const std::vector<text::Encoding> texts{encoder.encode("a b"), encoder.encode("a")};
  CHECK(texts[0].ids == std::vector<int64_t>{2, 5, 6, 3});
  const Array vectors = encoder.vectors(texts), tokens = encoder.token_vectors(texts)[0];
  CHECK(vectors.shape() == Shape{2, 4});
  CHECK(tokens.shape() == Shape{4, 4});
  for (int64_t i = 0; i < 4; ++i) {
    double sum = 0;
    for (int64_t row = 0; row < 4; ++row) sum += static_cast<double>(tokens[row * 4 + i]);
    check_near(vectors[i], sum / 4);
  }
}

TEST_CASE("modules.json says how tokens become a vector", "[sentences]") {
  const Scratch scratch;
  write_model(scratch.path());
  const Array mean = vectors_of(bert::SentenceEncoder(scratch.path()), {"a b"});
  const Array cls = vectors_of(bert::SentenceEncoder(scratch.path(), {.pool = bert::SentencePool::cls}), {"a b"});

  write_at(scratch.path() / "modules.json", modules({"Transformer", "Pooling"}));
  write_at(scratch.path() / "1_Pooling/config.json",
           R"({"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true})");
  const Array both = vectors_of(bert::SentenceEncoder(scratch.path()), {"a b"});
  REQUIRE(both.shape() == Shape{1, 8});
  for (int64_t i = 0; i < 4; ++i) check_near(both[i], cls[i]);
  for (int64_t i = 0; i < 4; ++i) check_near(both[4 + i], mean[i]);

  write_at(scratch.path() / "1_Pooling/config.json", R"({"pooling_mode": ["mean", "cls"]})");
  CHECK(vectors_of(bert::SentenceEncoder(scratch.path()), {"a b"})[0] == mean[0]);

  write_at(scratch.path() / "1_Pooling/config.json", R"({"pooling_mode": "mean"})");
  write_at(scratch.path() / "modules.json", modules({"Transformer", "Pooling", "Dense", "Normalize"}));
  write_at(scratch.path() / "2_Dense/config.json", R"({"in_features": 4, "out_features": 2, "bias": false,
    "activation_function": "torch.nn.modules.linear.Identity"})");
  io::write_safetensors(scratch.path() / "2_Dense/model.safetensors",
                        {io::outgoing("linear.weight", Array::of({2, 4}, {1, 0, 0, 0, 0, 2, 0, 0}))});
  const Array dense = vectors_of(bert::SentenceEncoder(scratch.path()), {"a b"});
  REQUIRE(dense.shape() == Shape{1, 2});
  const double x = static_cast<double>(mean[0]), y = 2 * static_cast<double>(mean[1]), length = std::hypot(x, y);
  check_near(dense[0], x / length);
  check_near(dense[1], y / length);
  CHECK(vectors_of(bert::SentenceEncoder(scratch.path(), {.pool = bert::SentencePool::mean}), {"a b"})[0] == mean[0]);
}

TEST_CASE("length, case and prompt are the model's", "[sentences]") {
  const Scratch scratch;
  write_model(scratch.path());
  write_at(scratch.path() / "modules.json", modules({"Transformer"}));
  write_at(scratch.path() / "sentence_bert_config.json", R"({"max_seq_length": 4, "do_lower_case": true})");
  write_at(scratch.path() / "config_sentence_transformers.json",
           R"({"prompts": {"query": "b "}, "default_prompt_name": "query"})");
  CHECK(bert::SentenceEncoder(scratch.path()).encode("a a a").ids == std::vector<int64_t>{2, 6, 5, 3});
  CHECK(bert::SentenceEncoder(scratch.path(), {.max_length = 5}).encode("a a a").ids ==
        std::vector<int64_t>{2, 6, 5, 5, 3});
  const auto cased = text::TokenizerOptions{.text = {.lower_case = false}};
  write_tokenizer(
      text::Tokenizer(text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "A", "##b"}), cased),
      scratch.path());
  CHECK(text::read_tokenizer(scratch.path()).tokenize("A").ids == std::vector<int64_t>{7});
  CHECK(bert::SentenceEncoder(scratch.path()).encode("A").ids == std::vector<int64_t>{2, 6, 5, 3});
}

TEST_CASE("what is not known of modules.json is an error that names it", "[sentences]") {
  const Scratch scratch;
  write_model(scratch.path());
  const auto refused = [&](const std::string& pooling, std::initializer_list<const char*> types) {
    write_at(scratch.path() / "modules.json", modules(types));
    write_at(scratch.path() / "1_Pooling/config.json", pooling);
    try {
      bert::read_sentence_modules(scratch.path());
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused("{}", {"Transformer", "Pooling"}).empty());
  CHECK_THAT(refused("{}", {"Transformer", "CNN"}),
             ContainsSubstring("models.CNN\", want Transformer, Pooling, Dense or Normalize"));
  CHECK_THAT(refused(R"({"pooling_mode_lasttoken": true})", {"Transformer", "Pooling"}),
             ContainsSubstring("pooling_mode_lasttoken: got true, want a pooling of cls, max, mean"));
  CHECK_THAT(refused(R"({"pooling_mode": "weightedmean"})", {"Transformer", "Pooling"}),
             ContainsSubstring("pooling_mode: got \"weightedmean\", want"));
}

TEST_CASE("a path names a model, a run or an old sentence-transformers model", "[sentences]") {
  const Scratch scratch;
  const fs::path run = scratch.path() / "run", old = scratch.path() / "old";
  for (const char* step : {"step-00000010", "step-00000020"}) write_model(run / "checkpoints" / step);
  fs::create_directories(run / "checkpoints/step-00000030.partial");
  CHECK(io::model_directory(run) == run / "checkpoints/step-00000020");
  write_model(run / "best");
  CHECK(io::model_directory(run) == run / "best");
  CHECK(io::model_directory(run / "best") == run / "best");
  write_model(old / "0_Transformer");
  write_at(old / "modules.json", R"([{"path": "0_Transformer", "type": "models.Transformer"}])");
  CHECK(io::model_directory(old) == old / "0_Transformer");
  CHECK(vectors_of(bert::SentenceEncoder(old), {"a"}).shape() == Shape{1, 4});
  CHECK_THROWS_WITH(io::model_directory(scratch.path() / "bert-base-uncassed"),
                    ContainsSubstring("bert-base-uncassed: there is no such directory; nothing is downloaded"));
  CHECK_THROWS_WITH(io::model_directory(scratch.path()), ContainsSubstring("holds neither config.json nor best/"));
}

TEST_CASE("all that belongs to a model is copied with it, but its tensors and a training's state", "[sentences]") {
  const Scratch scratch;
  const fs::path from = scratch.path() / "from", to = scratch.path() / "to";
  write_model(from);
  for (const char* name :
       {"task.json", "label.txt", "state.json", "training.safetensors", "model.safetensors.index.json"})
    write_at(from / name, name);
  write_at(from / "modules.json", modules({"Transformer", "Pooling", "Dense", "Normalize"}));
  write_at(from / "1_Pooling/config.json", "{}");
  write_at(from / "2_Dense/model.safetensors", "numbers");
  io::copy_companions(from, to);
  std::set<std::string> copied;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(to))
    if (entry.is_regular_file()) copied.insert(fs::relative(entry.path(), to).string());
  CHECK(copied == std::set<std::string>{"1_Pooling/config.json", "2_Dense/model.safetensors", "config.json",
                                        "label.txt", "modules.json", "special_tokens_map.json", "task.json",
                                        "tokenizer.json", "tokenizer_config.json", "vocab.txt"});
  CHECK(io::read_file(to / "task.json") == "task.json");
}

TEST_CASE("similarities are cosines", "[sentences]") {
  const Array a = Array::of({2, 2}, {3, 0, 1, 1}), b = Array::of({1, 2}, {0, 5});
  const Array all = bert::cosine_similarities(a, b);
  CHECK(all.shape() == Shape{2, 1});
  check_near(all[0], 0);
  check_near(all[1], std::sqrt(0.5));
}
