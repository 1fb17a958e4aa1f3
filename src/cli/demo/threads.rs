//! The script, second half: conversations of the sample community.

use super::pictures::Scene;
use super::script::{Post, post};
use crate::features::users::table::Visibility;

/// Conversations.
pub fn posts() -> Vec<Post> {
    let mut posts = library();
    posts.extend(workshop());
    posts.extend(water());
    posts.extend(today());
    posts
}

fn library() -> Vec<Post> {
    vec![
        post("moss1", "wren", (6, 18, 30), "@marlene Was one of the leaves from the lime tree by the ferry? That was me. I was nine.")
            .to("window")
            .liked("marlene juno salome aoife dov"),
        post("moss2", "marlene", (6, 18, 0), "@wren It was! Page 47, feather mosses. The apology is in very good handwriting for nine.")
            .to("moss1")
            .liked("wren salome"),
        post("moss3", "yuki", (6, 16, 10), "@marlene @wren I would like to print that apology. In the good red. May I?")
            .to("moss2")
            .liked("marlene wren dov"),
        post("moss4", "wren", (6, 15, 0), "@yuki @marlene Please do. I have learned nothing since and would sign it again.")
            .to("moss3")
            .liked("yuki marlene"),
        post(
            "swap1",
            "bram",
            (2, 19, 0),
            "@salome Is there such a thing as a bean that likes a windowsill facing north and a baker who sleeps at \
             odd hours?",
        )
        .to("dahlia")
        .liked("salome"),
        post(
            "swap2",
            "salome",
            (2, 18, 30),
            "@bram There is a runner bean my neighbour calls \u{201c}the insomniac\u{201d}. I will put your name on \
             the envelope. Payment in buns.",
        )
        .to("swap1")
        .liked("bram marlene wren")
        .boosted("bram"),
        post("swap3", "marlene", (2, 17, 50), "@salome @bram The library accepts its commission in buns as well.")
            .to("swap2")
            .liked("bram salome aoife"),
        post(
            "evening",
            "marlene",
            (2, 6, 0),
            "The list of the ferries, read aloud at the library. It takes as long as it takes. Which evening?",
        )
        .asks(&["Thursday", "Saturday", "Sunday"], 1)
        .liked("aoife bram")
        .boosted("aoife"),
        post("bus1", "dov", (2, 10, 0), "@marlene Line 14, chapter nineteen, in front of everyone. I will bring it on Thursday.")
            .to("shelf")
            .liked("marlene aoife"),
    ]
}

fn workshop() -> Vec<Post> {
    vec![
        post("float1", "oskar", (9, 3, 0), "@tomas A teaspoon! I have seen bicycles that were wetter inside.")
            .to("sloop")
            .liked("tomas marlene"),
        post(
            "float2",
            "tomas",
            (9, 2, 30),
            "@oskar Come and see her before she learns new ways to leak. Bring the small hammer.",
        )
        .to("float1")
        .liked("oskar"),
        post("crab1", "tomas", (3, 19, 0), "@nadia Did you charge it rent?").to("noise").liked("nadia marlene wren"),
        post(
            "crab2",
            "nadia",
            (3, 18, 40),
            "@tomas It pays in data. I now filter for \u{201c}crab\u{201d}, which is a constant in the firmware and \
             the proudest line I have ever written.",
        )
        .to("crab1")
        .liked("tomas juno oskar marlene wren")
        .boosted("oskar"),
        post("crab3", "wren", (3, 17, 0), "@nadia @tomas Shore crab, I would guess. Please report it to me as a sighting.")
            .to("crab2")
            .liked("nadia juno"),
        post(
            "wood1",
            "tomas",
            (1, 21, 0),
            "@leo Welcome! Come to the second shed on the slip any day after nine. We start with a three-legged \
             stool: three legs never wobble, whatever you do to them.",
        )
        .to("hello")
        .liked("leo marlene oskar")
        .boosted("marlene"),
        post("wood2", "leo", (1, 20, 10), "@tomas A triangulation stool. I feel at home already.")
            .to("wood1")
            .liked("tomas marlene nadia juno"),
        post("wood3", "bram", (1, 19, 30), "@leo @tomas I will supply breakfast if I may sit on the results.")
            .to("wood2")
            .liked("leo tomas"),
        post(
            "chart1",
            "nadia",
            (1, 2, 30),
            "@leo This is beautiful, and it explains why my gauge and the old tables never agreed. Could we overlay \
             your soundings on mine?",
        )
        .to("chart")
        .liked("leo tomas marlene"),
        post(
            "chart2",
            "leo",
            (1, 1, 40),
            "@nadia Nothing would make me happier. I have the originals in a tube under the bed, where all important \
             maps are kept.",
        )
        .to("chart1")
        .liked("nadia marlene yuki"),
        post(
            "chart3",
            "nadia",
            (0, 22, 0),
            "@leo First overlay, 1911 in grey under last week in blue. The bend by the second pier is new. Tomás, \
             this is why you keep touching bottom there. @tomas",
        )
        .to("chart2")
        .shows(
            Scene::Contours,
            22,
            "A chart with contour lines lying close over each other, sand-coloured land and teal water.",
        )
        .liked("leo tomas juno marlene wren")
        .boosted("tomas leo")
        .kept("tomas"),
        post("chart4", "tomas", (0, 21, 0), "@nadia @leo Forty years I have blamed the moon.")
            .to("chart3")
            .liked("nadia leo juno marlene aoife"),
        post("chart5", "juno", (0, 20, 30), "@tomas On behalf of the moon: apology accepted.")
            .to("chart4")
            .liked("tomas nadia leo marlene wren aoife")
            .boosted("marlene"),
    ]
}

fn water() -> Vec<Post> {
    vec![
        post("cold1", "salome", (4, 19, 0), "@aoife I put on a second scarf just reading this.")
            .to("elf")
            .liked("aoife marlene"),
        post(
            "cold2",
            "aoife",
            (4, 18, 20),
            "@salome Come once, in spring, for one minute. I will hold the flask and your dignity.",
        )
        .to("cold1")
        .liked("salome bram"),
        post("sky1", "nadia", (6, 3, 0), "@juno Did the fox sign a release form?").to("andromeda").liked("juno wren"),
        post(
            "sky2",
            "juno",
            (6, 2, 40),
            "@nadia It left a print on the tripod bag. My solicitor says that counts.",
        )
        .to("sky1")
        .liked("nadia marlene wren tomas"),
        post(
            "bittern1",
            "juno",
            (3, 21, 0),
            "@wren I hear one booming behind the observatory field most nights. I thought everybody knew.",
        )
        .to("marsh")
        .liked("salome"),
        post("bittern2", "wren", (3, 20, 50), "@juno WHAT").to("bittern1").liked("juno marlene aoife salome nadia dov"),
        post(
            "bittern3",
            "wren",
            (0, 13, 0),
            "@juno Four in the morning, ditch behind the observatory field, wet to the hip. It boomed. I cried. 142. \
             Thank you. #birds",
        )
        .to("bittern2")
        .shows(
            Scene::Marsh,
            16,
            "Reeds at first light with a ribbon of still water behind them. No bird can be seen, but it was there.",
        )
        .liked("juno marlene salome aoife nadia tides dov leo bram")
        .boosted("juno salome marlene aoife"),
        post(
            "bittern5",
            "nadia",
            (0, 12, 30),
            "For the record of the observatory field, which keeps no records: this happened, at four in the morning, to \
             our Wren.",
        )
        .quotes("bittern3")
        .liked("juno wren marlene aoife")
        .boosted("juno"),
        post("bittern4", "marlene", (0, 12, 20), "@wren The library will fly its flag. We have a flag? We will make a flag.")
            .to("bittern3")
            .liked("wren juno"),
    ]
}

fn today() -> Vec<Post> {
    vec![
        post("buns1", "oskar", (0, 5, 50), "@bram I can see your chimney from here. I am putting on my shoes.")
            .to("buns")
            .liked("bram marlene"),
        post("buns2", "aoife", (0, 5, 40), "@bram Just off nights. Save me two and I will tell nobody about the first batch.")
            .to("buns")
            .liked("bram"),
        post("buns3", "bram", (0, 5, 30), "@aoife Three, then, for silence.").to("buns2").liked("aoife marlene"),
        post(
            "ending",
            "dov",
            (0, 3, 30),
            "It ends with the narrator learning that the letters were his own all along. I have not recovered and we \
             still have the matinee to sing.",
        )
        .behind("spoilers for the choir's winter piece")
        .liked("yuki marlene"),
        post(
            "flag",
            "yuki",
            (0, 2, 50),
            "@marlene A flag, you say? I have a half metre of linen, the good red, and nothing planned. What is on it?",
        )
        .to("bittern4")
        .liked("marlene wren"),
        post("flag2", "marlene", (0, 2, 30), "@yuki A book, open, and on it a bittern, asleep. @wren must approve the bittern.")
            .to("flag")
            .liked("yuki wren juno"),
        post("light1", "leo", (0, 3, 50), "@tomas I was on the ferry under exactly that light. The whole deck went quiet.")
            .to("harbourlight")
            .liked("tomas marlene"),
        post(
            "light2",
            "marlene",
            (0, 3, 40),
            "@tomas @leo From my window, too. Two people stopped in the middle of a sentence and nobody minded.",
        )
        .to("light1")
        .liked("tomas leo aoife"),
        post(
            "beak",
            "yuki",
            (0, 2, 45),
            "For the flag I must know, and there is no half-way in lino. The beak of the sleeping bittern:",
        )
        .asks(&["tucked under a wing", "between the pages", "straight up, as in life"], 2)
        .liked("wren marlene")
        .boosted("wren"),
        post("swap4", "salome", (0, 8, 50), "Seed swap tomorrow. I have forty envelopes of beans and no idea which is which. #seedswap")
            .liked("bram wren marlene aoife")
            .boosted("marlene"),
        post("swap5", "wren", (0, 8, 20), "Bringing sea kale, dried on the stalk, and a warning about sea kale. #seedswap")
            .liked("salome marlene"),
        post("swap6", "bram", (0, 7, 50), "I will swap buns for anything that grows on a north windowsill. #seedswap")
            .liked("salome marlene oskar"),
        post("swap7", "aoife", (0, 7, 30), "After the night shift, so please keep me something that forgives being forgotten. #seedswap")
            .liked("salome bram"),
        post("swap8", "leo", (0, 7, 10), "My first. I have drawn a map of the tables so that nobody gets lost between the peas. #seedswap")
            .liked("marlene salome wren bram aoife")
            .boosted("salome marlene"),
        post("swap9", "marlene", (0, 6, 40), "Tables are up, kettle is found, the good scissors are not. #seedswap")
            .liked("salome leo bram"),
        post(
            "lent1",
            "nadia",
            (0, 9, 30),
            "@marlene Would the library lend its big screen for a morning? I want to show the children what the tide              gauge sees. It is mostly grey, but it is live.",
        )
        .for_eyes(Visibility::Direct),
        post("lent2", "marlene", (0, 9, 0), "@nadia For grey and live, always. It is in the cupboard behind the atlases.")
            .to("lent1")
            .for_eyes(Visibility::Direct)
            .liked("nadia"),
        post(
            "surprise1",
            "tomas",
            (0, 5, 0),
            "@marlene @oskar Not a word to Yuki, but I am planing a frame for the apology. Which red was the good red?",
        )
        .for_eyes(Visibility::Direct),
        post("surprise2", "oskar", (0, 4, 50), "@tomas @marlene The one on your sleeve since September.")
            .to("surprise1")
            .for_eyes(Visibility::Direct)
            .liked("marlene"),
        post(
            "direct1",
            "aoife",
            (0, 2, 0),
            "@marlene The family of the gentleman with the ferries would like to read his list at the library, aloud, \
             all of it. Would that be possible?",
        )
        .for_eyes(Visibility::Direct),
        post(
            "direct2",
            "marlene",
            (0, 1, 40),
            "@aoife Of course. Saturday after the seed swap, and as long as it takes. I will keep the kettle on.",
        )
        .to("direct1")
        .for_eyes(Visibility::Direct)
        .liked("aoife"),
        post(
            "invite",
            "tomas",
            (0, 0, 40),
            "First sail on Sunday, wind permitting. There is room for four and a thermos. @marlene, you were promised \
             a seat when there was still a tree growing where the mast is now. #boats",
        )
        .shows_sized(
            Scene::Harbour,
            8,
            (1200, 700),
            "The bay this morning under a wide, pale sky, with a low sun over calm water and the roofs at the edge.",
        )
        .liked("marlene oskar leo aoife")
        .boosted("oskar leo"),
        post("invite1", "oskar", (0, 0, 25), "@tomas @marlene I will bring the small hammer.").to("invite").liked("tomas"),
    ]
}
