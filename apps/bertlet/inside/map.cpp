#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/progress.h"
#include "bert/heads/sentence_encoder.h"
#include "bert/inside/plane.h"
#include "bert/io/files/file.h"
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/tables/labels.h"
#include "bert/view/inside/scatter.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace inside = bertlet::inside;
namespace io = bertlet::io;
namespace tasks = bertlet::tasks;
namespace view = bertlet::view;
using bertlet::Array;

const std::vector<std::string> plane_names = {"pca", "t-sne"};

struct MapRunOptions {
  CommonOptions common;
  std::string model, file, by = "pca", pool, html;
  tasks::ColumnChoice columns;
  std::optional<int64_t> layer, max_length;
  inside::NeighbourPlaneOptions neighbours;
  int64_t batch = 32;
  bool normalize = false, force = false;

  void visit(const options::Visitor& f);
};

void MapRunOptions::visit(const options::Visitor& f) {
  f({"DIR", &model, "A model directory or a run", {.needed = true, .by_place = true}});
  f({"F", &file, "Texts: a line each, or a table", {.needed = true, .by_place = true}});
  f({"by", &by, "How a plane is made", {.values = plane_names}});
  f({"perplexity",
     &neighbours.perplexity,
     "t-sne: about how many points each keeps near; at most a third of all",
     {.least = 1}});
  f({"steps", &neighbours.steps, "t-sne: how many", {.most = 100000}});
  f({"text", &columns.text, "Column with the text, by name or number", {.type = "COLUMN"}});
  f({"label", &columns.label, "Column that gives colour and shape, if there is one", {.type = "COLUMN"}});
  f({"html", &html, "A page of one file: point at a text to read it", {.type = "F"}});
  f({"pool", &pool, "What stands for a text, as for encode", {.values = bert::sentence_pool_names(), .type = "HOW"}});
  f({"layer", &layer, "The tokens after this layer, 0 being the embeddings; else the last", {.least = 0}});
  f({"normalize", &normalize, "Each vector gets length 1"});
  f({"max-length", &max_length, "In tokens; else as the model says", {.least = 2}});
  f({"batch", &batch, "Texts at once; the vectors do not depend on it", {.most = 1 << 16}});
  f({"force", &force, "Replace a file that is there"});
  common.visit(f);
}

constexpr const char* about_map =
    R"(The vectors that encode gives, as points of a plane.
  pca    the two directions along which the vectors spread most; what it shows are real distances, seen from one side
  t-sne  who is near stays near, exactly and without lots; for at most 2000 texts. How large groups are and how far they
         lie apart means nothing
A label, if the file has one, gives colour and shape. Without --html it is drawn with letters.

Example: bertlet map all-MiniLM-L6-v2 /tmp/data/dev.tsv --by t-sne --html /tmp/map.html)";

Array vectors_of_texts(const MapRunOptions& options, const std::vector<tasks::Example>& rows) {
  bert::SentenceOptions how{.layer = options.layer, .max_length = options.max_length, .normalize = options.normalize};
  if (!options.pool.empty()) how.pool = bert::sentence_pool(options.pool);
  how.seed = options.common.seed;
  const bert::SentenceEncoder encoder(sentence_directory(options.model), how);
  Progress progress("encoding", std::ssize(rows), {1, "texts"}, options.common.quiet);
  Array all;
  for (int64_t begin = 0; begin < std::ssize(rows); begin += options.batch) {
    std::vector<bertlet::text::Encoding> batch;
    for (int64_t i = begin; i < std::min<int64_t>(begin + options.batch, std::ssize(rows)); ++i)
      batch.push_back(encoder.encode(rows[to_size(i)].text));
    const Array some = encoder.vectors(batch);
    if (!all) all = Array({std::ssize(rows), some.shape()[1]});
    std::copy_n(some.data(), some.size(), all.data() + begin * some.shape()[1]);
    progress.at(begin + std::ssize(batch));
  }
  return all;
}

// Places of texts, and what is said of how they came about.
struct Places {
  Array at;  // [N, 2]
  std::string note;
  io::Json facts;
};

Places places_of(const MapRunOptions& options, const Array& vectors) {
  if (options.by == "pca") {
    const inside::PrincipalPlane plane = inside::principal_plane(vectors);
    return {plane.places,
            fmt::format("{:.1f} % and {:.1f} % of the variance", 100 * plane.shares[0], 100 * plane.shares[1]),
            {{"variance", std::vector<double>(plane.shares.begin(), plane.shares.end())}}};
  }
  inside::NeighbourPlaneOptions how = options.neighbours;
  Progress progress("arranging", how.steps, {1, "steps"}, options.common.quiet);
  how.done = [&](int64_t steps) { progress.at(steps); };
  const inside::NeighbourPlane plane = inside::neighbour_plane(vectors, how);
  return {plane.places,
          fmt::format("perplexity {:.4g}, divergence {:.4f}", plane.perplexity, plane.divergence),
          {{"perplexity", plane.perplexity}, {"divergence", plane.divergence}}};
}

view::Scatter scatter_of(const MapRunOptions& options, const tasks::Examples& examples, const Places& places) {
  view::Scatter to{.title = fmt::format("{} in {}", options.file, options.model),
                   .note = options.by + ": " + places.note};
  std::vector<std::string> seen;
  for (const tasks::Example& row : examples.rows) seen.push_back(row.label);
  const tasks::Labels labels = tasks::Labels::of(seen);
  if (examples.labelled) to.labels = labels.names();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 2;
    to.points.push_back({.x = static_cast<double>(places.at[at]),
                         .y = static_cast<double>(places.at[at + 1]),
                         .text = examples.rows[i].text,
                         .label = labels.id(seen[i], options.file)});
  }
  return to;
}

const char* reading_of(const std::string& by) {
  return by == "pca" ? "Each point is a text's vector, seen along the two directions in which all of them spread most; "
                       "both axes "
                       "have one scale. What is near here may be far apart in the other directions."
                     : "Each point is a text's vector, near those that it is nearest to. How large groups are, how "
                       "dense, and how "
                       "far apart, means nothing; another perplexity gives another picture.";
}

int run_map(const MapRunOptions& options) {
  if (!options.html.empty()) require_new(options.html, options.force);
  options.common.apply();
  const tasks::Examples examples = tasks::read_examples(
      options.file, {.label = options.columns.label.empty() ? tasks::LabelColumn::if_there : tasks::LabelColumn::needed,
                     .columns = options.columns});
  bertlet::require(examples.rows.size() >= 2, "{}: got {} texts, want two or more", options.file, examples.rows.size());
  bertlet::require(options.by == "pca" || std::ssize(examples.rows) <= inside::most_neighbour_points,
                   "--by t-sne: got {} texts, want at most {}; --by pca takes more", examples.rows.size(),
                   inside::most_neighbour_points);
  const Places places = places_of(options, vectors_of_texts(options, examples.rows));
  const view::Scatter scatter = scatter_of(options, examples, places);
  if (!options.html.empty()) io::write_file(options.html, view::scatter_page(scatter, reading_of(options.by)));
  if (options.common.json) {
    io::Json json = places.facts;
    json["points"] = view::scatter_json(scatter);
    fmt::print("{}\n", json.dump({.mends_strings = true}));
  } else if (!options.common.quiet || options.html.empty()) {
    fmt::print("{}{}\n", options.html.empty() ? view::scatter_text(scatter, screen_columns()) : "", scatter.note);
  }
  return 0;
}

}  // namespace

void add_map(const Command& program) {
  const auto options = std::make_shared<MapRunOptions>();
  Command command = program.add("map", "Vectors of texts as points of a plane", about_map);
  command.options(*options);
  command.runs([options] { return run_map(*options); });
}

}  // namespace apps
