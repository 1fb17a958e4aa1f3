//! The script, first half: what people of the sample community write by themselves.

use super::pictures::Scene;
use super::script::{Post, post};
use crate::features::users::table::Visibility;

/// Posts that stand for themselves.
pub fn posts() -> Vec<Post> {
    let mut posts = settled();
    posts.extend(recent());
    posts
}

fn settled() -> Vec<Post> {
    vec![
        post(
            "welcome",
            "marlene",
            (34, 2, 0),
            "Welcome to Harbour Lane. This is a small place for people who make, mend, grow and watch things by the \
             water. Say hello, say what you are working on, and put alt text on your pictures: half of us read with \
             wet hands. #introduction",
        )
        .liked("tomas juno bram salome nadia wren aoife leo yuki")
        .boosted("juno tomas")
        .pinned(),
        post(
            "rules",
            "juno",
            (26, 4, 0),
            "A moderator's note that fits on a postcard: be kind first and right second, ask before you photograph \
             somebody's boat, and when in doubt write to me. I am slow at night because of the stars. #meta",
        )
        .liked("marlene wren dov")
        .pinned(),
        post(
            "margriet",
            "bram",
            (15, 6, 30),
            "People keep asking for the recipe, so here it is for good: 500 g flour, 350 g water, 100 g of Margriet, \
             10 g salt. Mix, wait, fold, wait, fold, wait, shape, wait until tomorrow, bake hot with steam. The \
             secret ingredient is the waiting. #bread #baking",
        )
        .liked("marlene aoife salome tomas oskar dov nadia")
        .boosted("salome aoife")
        .kept("marlene aoife leo")
        .pinned(),
        post(
            "gauge",
            "nadia",
            (13, 3, 0),
            "How the tide gauge works, for everyone who stopped me on the pier: an ultrasonic ranger looks down a \
             pipe, a microcontroller takes 60 readings a minute, throws away the seagulls, and sends the median. \
             Two AA cells last a winter. Plans are free for the asking. #electronics #tides",
        )
        .shows_sized(
            Scene::Contours,
            6,
            (1200, 800),
            "A chart of the harbour: thin contour lines over sand-coloured land and pale teal water.",
        )
        .liked("tomas juno oskar wren aoife")
        .boosted("tides juno tomas")
        .kept("oskar juno marlene")
        .pinned(),
        post(
            "sloop",
            "tomas",
            (9, 5, 0),
            "She floats! Four months of scarfing new planks into the old sloop and last week the slip finally let go \
             of her. There is a teaspoon of water in the bilge, which for a boat of 1961 is practically dry. #boats",
        )
        .shows(
            Scene::Harbour,
            12,
            "The harbour at sunset. A bright path of light lies on the water, and the roofs of the lane stand dark \
             on the right.",
        )
        .liked("marlene oskar aoife nadia bram dov wren")
        .boosted("marlene oskar dov aoife")
        .pinned(),
    ]
}

fn recent() -> Vec<Post> {
    vec![
        post(
            "window",
            "marlene",
            (6, 20, 0),
            "Somebody returned a field guide to mosses today, eleven years late, with a pressed leaf on every page \
             and an apology in pencil. I have waived the fine and framed the apology. #libraries",
        )
        .liked("wren salome yuki juno dov bram aoife")
        .boosted("salome wren yuki"),
        post(
            "andromeda",
            "juno",
            (6, 4, 15),
            "Three hours, forty frames, one fox who wanted to know what I was doing. The light in this picture left \
             before there were people to point anything at it. #astronomy #photography",
        )
        .shows_sized(
            Scene::Night,
            21,
            (1200, 800),
            "A night sky crowded with stars above a black ridge. A pale band of the Milky Way slants down from the \
             upper left.",
        )
        .liked("marlene nadia wren aoife yuki dov salome tomas")
        .boosted("wren marlene nadia")
        .kept("marlene yuki"),
        post(
            "forma",
            "yuki",
            (6, 1, 0),
            "今日は古い活字を三百本洗いました。小文字の e がまた足りません。どこへ行くのでしょう。 #活版印刷",
        )
        .in_language("ja")
        .liked("ines marlene dov"),
        post(
            "figs",
            "salome",
            (5, 22, 0),
            "Le figuier a décidé, en novembre, de faire des figues. Je n'ai pas le cœur de lui dire. #jardinage",
        )
        .in_language("fr")
        .liked("marlene bram ines wren")
        .boosted("ines"),
        post(
            "chain",
            "oskar",
            (5, 19, 40),
            "A bicycle came in with a note tied to the handlebar: \u{201c}it makes a sound\u{201d}. It did. It was \
             a mouse nest in the chain guard. Everybody has been rehoused and the chain is oiled. #bicycles #repair",
        )
        .liked("marlene tomas wren aoife salome nadia bram")
        .boosted("marlene aoife"),
        post("tide1", "tides", (5, 14, 0), "High water 4.6 m at pier 3. Falling. Wind south-west, 5 m/s. #tides")
            .liked("aoife"),
        post(
            "kilnopen",
            "ines",
            (5, 12, 0),
            "Kiln opening. Eleven bowls came out as planned, four came out better, and one has become a very heavy \
             sculpture of a bowl. The blue is from the ash of an old ladder. #ceramics",
        )
        .shows(
            Scene::Tiles,
            4,
            "Glazed test tiles laid edge to edge, deep blue arcs on cream, with some in rust and yellow.",
        )
        .shows(
            Scene::Weave,
            12,
            "A close view of a woven cloth in cream, brown and dark red, on which the bowls were unpacked.",
        )
        .liked("yuki marlene salome bram")
        .boosted("yuki"),
        post(
            "basses",
            "dov",
            (5, 2, 0),
            "Choir report: nineteen sopranos, eleven altos, four tenors, and Henk. If you have ever hummed along to a \
             refrigerator, you are a bass, and we need you on Thursday. #music",
        )
        .liked("marlene aoife bram yuki juno tomas")
        .boosted("marlene bram"),
        post(
            "elf",
            "aoife",
            (4, 20, 0),
            "9.4 degrees in the water, which is to say: gasp, swear, laugh, float. A seal came to see who was being \
             so loud. #swimming",
        )
        .shows(
            Scene::Dunes,
            27,
            "Long pale dunes under a soft lilac sky, on the path down to the beach.",
        )
        .liked("marlene wren salome bram tides dov")
        .boosted("wren"),
        post(
            "roggebrood",
            "bram",
            (4, 17, 30),
            "Vandaag roggebrood volgens het boekje van mijn oma. Ze schreef \u{201c}bakken tot het goed is\u{201d}. \
             Bedankt, oma.",
        )
        .in_language("nl")
        .liked("marlene oskar salome"),
        post(
            "txikia",
            "tomas",
            (4, 8, 0),
            "Hoy he enseñado a calafatear a dos chavales del barrio. Uno me preguntó si el barco \u{201c}tiene \
             wifi\u{201d}. Tiene algodón y paciencia. #barcos",
        )
        .in_language("es")
        .liked("ines aoife marlene"),
        post(
            "ward",
            "aoife",
            (4, 5, 0),
            "Somebody's grandfather spent his whole last night telling me the names of every ferry that ever ran from \
             this harbour, in order, with their captains. I wrote them all down. The family has the list now.",
        )
        .behind("work, a gentle death")
        .liked("marlene dov salome juno wren tomas bram ines")
        .kept("marlene"),
        post(
            "marsh",
            "wren",
            (3, 23, 0),
            "Saltmarsh at low water: 212 dunlin, 40 redshank, 3 little egrets, 1 me, kneeling in it. No bittern. \
             There is never a bittern. #birds",
        )
        .shows_sized(
            Scene::Marsh,
            9,
            (1200, 800),
            "Dark reeds in front of a still, pale sheet of water. A thin line of land divides water and sky.",
        )
        .liked("juno salome aoife marlene tides")
        .boosted("juno aoife"),
        post(
            "noise",
            "nadia",
            (3, 20, 0),
            "Today's bug: the gauge reported a tide of minus forty metres. A crab. It was a crab. It had moved into \
             the pipe and was, I must admit, very still and very reflective. #electronics",
        )
        .liked("juno tomas oskar wren marlene aoife dov bram")
        .boosted("tomas wren juno"),
        post(
            "proof",
            "yuki",
            (3, 6, 0),
            "Proofs for the choir's winter programme. Dov asked for something warm, so there is a red that took \
             three tries and a border made of every ornament I own. #letterpress",
        )
        .shows_sized(
            Scene::Weave,
            13,
            (900, 900),
            "A printed border of small interlocking ornaments in red, black and cream, seen very close.",
        )
        .liked("dov marlene ines juno")
        .boosted("dov"),
        post("tide2", "tides", (3, 1, 30), "Low water 0.7 m at pier 3. The sandbar is out until about two hours from now. #tides")
            .liked("aoife wren")
            .boosted("aoife"),
        post(
            "dahlia",
            "salome",
            (2, 21, 0),
            "Lifted the last dahlias before the frost: 61 tubers, labelled, in sand, in the cellar, like a very \
             quiet audience. Seed swap at the library on Saturday. #gardening #seedswap",
        )
        .shows(
            Scene::Hills,
            14,
            "Rows of blue-green hills fading into haze behind the allotments, with a low sun.",
        )
        .liked("marlene wren bram aoife ines")
        .boosted("marlene wren")
        .edited(
            "Lifted the last dahlias before the frost: 61 tubers, labelled, in sand, in the cellar, like a very \
             quiet audience. Seed swap at the library on Saturday, ten o'clock. #gardening #seedswap",
        ),
        post(
            "natt",
            "oskar",
            (2, 16, 0),
            "Sista färjan har gått, verkstaden är varm och radion spelar något med dragspel. Är det du, @dov?",
        )
        .in_language("sv")
        .liked("dov marlene"),
        post(
            "shelf",
            "marlene",
            (2, 12, 0),
            "The new shelf is up: \u{201c}Books that somebody cried over on the bus\u{201d}. Donations welcome, \
             provided they come with a bus number. #books",
        )
        .liked("yuki dov salome aoife juno")
        .boosted("dov"),
        post(
            "hello",
            "leo",
            (1, 22, 0),
            "Hello, Harbour Lane. I drew maps for forty years and now I would like to learn to make something one can \
             sit on. I have been told there are people here who know about wood. #introduction",
        )
        .liked("marlene tomas bram wren juno oskar aoife")
        .boosted("marlene tomas"),
        post(
            "chart",
            "leo",
            (1, 4, 0),
            "The last thing I drew before they took away my desk: the bay, from soundings made in 1911 and 2011. \
             The channel has wandered by a whole boat length. #maps",
        )
        .shows_sized(
            Scene::Contours,
            17,
            (1200, 800),
            "A hand-coloured chart, dense with contour lines: orange land around blue inlets.",
        )
        .liked("nadia tomas marlene wren juno yuki")
        .boosted("nadia marlene tomas")
        .kept("marlene nadia"),
        post(
            "followers",
            "marlene",
            (1, 2, 0),
            "For people here only: the heating in the reading room gives up at about four. Bring a jumper, or a \
             friend, or a cat.",
        )
        .for_eyes(Visibility::Private)
        .liked("bram aoife"),
        post("tide3", "tides", (0, 19, 0), "Spring tide tomorrow: high water near 5.1 m at pier 3. Mind the lower steps. #tides")
            .liked("tomas aoife nadia")
            .boosted("nadia tomas marlene"),
        post(
            "jupiter",
            "juno",
            (0, 15, 0),
            "Jupiter is the bright one above the lighthouse this week. With any binoculars you will see up to four \
             moons in a line. Hold your elbows on a wall and your breath for a moment. #astronomy",
        )
        .liked("wren aoife leo salome marlene")
        .boosted("leo marlene")
        .kept("aoife"),
        post(
            "buns",
            "bram",
            (0, 6, 0),
            "Cardamom buns, second batch, ten minutes from now. I will not be taking questions about the first \
             batch. #baking",
        )
        .liked("marlene oskar aoife tomas dov leo")
        .boosted("oskar"),
        post(
            "harbourlight",
            "tomas",
            (0, 4, 20),
            "The light just now. I put down the plane to look at it, which is the best review I can give. #boats",
        )
        .shows_sized(
            Scene::Harbour,
            3,
            (1200, 800),
            "Low sun over the harbour in peach and violet. Its reflection breaks into pieces on the small waves.",
        )
        .liked("marlene leo aoife juno salome")
        .boosted("marlene leo")
        .kept("marlene"),
        post("tide4", "tides", (0, 1, 10), "High water 5.0 m at pier 3, rising still. Wind west, 3 m/s. #tides")
            .liked("aoife"),
    ]
}
